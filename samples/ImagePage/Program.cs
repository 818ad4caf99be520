// A page with a prompt and its picture:
//   dotnet run -- --Amused:Model amused/amused-256 --urls http://127.0.0.1:8080
#pragma warning disable MEAI001 // IImageGenerator is experimental

using Amused;
using Microsoft.Extensions.AI;

const string page = """
    <!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title>
    <form action="/picture" target="shown">
      <label>Prompt <input name="prompt" size="60" value="a fox in the snow" maxlength="300" required></label>
      <label>Seed <input name="seed" type="number"></label>
      <button>Make a picture</button>
    </form>
    <iframe name="shown" title="The picture" width="560" height="560"></iframe></html>
    """;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAmused(options => builder.Configuration.Bind("Amused", options)).UseLogging().UseOpenTelemetry();
var app = builder.Build();
app.MapGet("/", () => Results.Content(page, "text/html; charset=utf-8"));
app.MapGet("/picture", async (string prompt, string? seed, IImageGenerator generator, CancellationToken gone) =>
{
    try
    {
        var settings = new ImageGenerationOptions { AdditionalProperties = new() { ["seed"] = seed is "" ? null : seed } };
        var picture = (DataContent)(await generator.GenerateImagesAsync(prompt, settings, gone)).Contents[0];
        return Results.Bytes(picture.Data, picture.MediaType);
    }
    catch (InvalidRequestException wrong)
    {
        return Results.Problem(wrong.Message, statusCode: 400);
    }
});
app.Run();
