// A picture from words, and a second one from the first:
//   dotnet run -- MODEL "a fox in the snow" "a fox in the rain"
#pragma warning disable MEAI001 // IImageGenerator is experimental

using Amused;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

var services = new ServiceCollection().AddLogging(logging => logging.AddSimpleConsole());
services.AddAmused(options => options.Model = args[0]).UseLogging();
await using var provider = services.BuildServiceProvider();
var generator = provider.GetRequiredService<IImageGenerator>();

try
{
    var settings = new ImageGenerationOptions { AdditionalProperties = new() { ["seed"] = 7, ["steps"] = 12 } };
    var first = (DataContent)(await generator.GenerateImagesAsync(args[1], settings, stop.Token)).Contents[0];
    await first.SaveToAsync("first.png");

    settings.AdditionalProperties["strength"] = 0.6;
    settings.MediaType = "image/webp";
    var second = (DataContent)(await generator.EditImageAsync(first, args[2], settings, stop.Token)).Contents[0];
    await second.SaveToAsync("second.webp");
}
catch (AmusedException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    Environment.ExitCode = 1;
}
