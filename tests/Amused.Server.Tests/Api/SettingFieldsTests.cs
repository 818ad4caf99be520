using System.Text.Json.Nodes;
using Amused.Images;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.Jobs;

/// <summary>Whatever is a setting of a request is a field of both interfaces, described, and in the pictures of the history.</summary>
public sealed class SettingFieldsTests : IAsyncLifetime
{
    /// <summary>Settings that jobs don't have, and why.</summary>
    private static readonly Dictionary<string, string> NotOfJobs = new()
    {
        ["size"] = "a picture's shape is kept",
        ["generator"] = "each picture of the history is made again by itself",
    };

    /// <summary>Settings that OpenAI's interface doesn't have, and why.</summary>
    private static readonly Dictionary<string, string> NotOfOpenAi = new(NotOfJobs)
    {
        ["size"] = "the interface has a size of its own, with auto",
        ["width"] = "the interface's own size has it",
        ["height"] = "the interface's own size has it",
    };

    private static readonly Dictionary<string, string> JobNames = new() { ["images-per-prompt"] = "n" };

    private static readonly Dictionary<string, string> OpenAiNames = new() { ["images-per-prompt"] = "n", ["steps"] = "num_inference_steps" };

    private static readonly RgbImage Picture = Drawings.Soft(32, 32);

    private readonly TemporaryFolder folder = new();
    private RunningServer server = null!;

    public async ValueTask InitializeAsync() => server = await RunningServer.StartAsync(RunningServer.Options with { DataFolder = folder.Path });

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_setting_is_a_field_of_jobs_and_in_their_pictures()
    {
        foreach (var (setting, body, expected) in Bodies(NotOfJobs, JobNames, "steps"))
        {
            var (status, job) = await server.Post("api/jobs", body);
            Assert.True(status == 202, $"{setting.Name}: {job.ToJsonString()}");
            var done = await server.JobWith((string)job["id"]!, "done", "failed");
            Assert.Equal(expected, Said(await server.Client.GetByteArrayAsync((string)done["images"]![0]!["url"]!), setting));
        }
    }

    [Fact]
    public async Task Every_setting_is_a_field_of_OpenAIs_interface_and_in_its_pictures()
    {
        foreach (var (setting, body, expected) in Bodies(NotOfOpenAi, OpenAiNames, "num_inference_steps"))
        {
            var (status, answer) = await server.Post(body.ContainsKey("image") ? "v1/images/edits" : "v1/images/generations", body);
            Assert.True(status == 200, $"{setting.Name}: {answer.ToJsonString()}");
            Assert.Equal(expected, Said(Convert.FromBase64String((string)answer["data"]![0]!["b64_json"]!), setting));
        }
    }

    [Theory]
    [InlineData("JobBody")]
    [InlineData("ImageBody")]
    public async Task Every_field_is_described(string type)
    {
        var schema = (await server.Get("openapi/v1.json"))["components"]!["schemas"]![type]!["properties"]!;
        var (without, names) = type == "JobBody" ? (NotOfJobs, JobNames) : (NotOfOpenAi, OpenAiNames);
        foreach (var setting in RequestSettings.All.Where(setting => !without.ContainsKey(setting.Name)))
        {
            var field = schema[Field(setting, names)]!;
            Assert.Equal(setting.JsonType, (string)field["type"]!);
            Assert.StartsWith(setting.Summary, (string)field["description"]!);
        }
        Assert.All(without.Keys.Except(["size"]), name => Assert.Null(schema[name]));
    }

    [Theory]
    [InlineData("""{"steps": "many"}""", "steps", "invalid_type", "steps: 'many' is not a whole number from 1 to 1000")]
    [InlineData("""{"steps": 1001}""", "steps", "invalid_value", "steps: 1001 is not a whole number from 1 to 1000")]
    [InlineData("""{"n": 11}""", "n", "invalid_value", "n: 11 is not a whole number from 1 to 10")]
    [InlineData("""{"guidance_scale": 1e39}""", "guidance_scale", "invalid_value", "guidance_scale: 1e39 is not a number from -1000000 to 1000000")]
    [InlineData("""{"temperature": [1, -1]}""", "temperature", "invalid_value", "temperature: [1, -1] is not a number from 0 to 1000000, or two")]
    [InlineData("""{"strength": 0.5}""", "strength", "invalid_value", "strength has no effect on a picture from words alone")]
    [InlineData("""{"composite": false}""", "composite", "invalid_value", "composite has no effect on a picture from words alone")]
    [InlineData("""{"generator": "shared"}""", "generator", "unknown_parameter", "the field \"generator\" is unknown")]
    public async Task What_cannot_be_used_is_said_in_the_words_of_the_setting(string fields, string parameter, string code, string message)
    {
        var body = JsonNode.Parse(fields)!.AsObject();
        body["prompt"] = "a";
        var (status, answer) = await server.Post("api/jobs", body);
        var error = answer["error"]!;
        Assert.Equal((400, parameter, code), (status, (string)error["param"]!, (string)error["code"]!));
        Assert.StartsWith(message, (string)error["message"]!);
    }

    /// <summary>A request for each setting that an interface has, of the first kind that it belongs to, and what its picture has to say.</summary>
    private static IEnumerable<(RequestSetting Setting, JsonObject Body, string? Said)> Bodies(
        Dictionary<string, string> without, Dictionary<string, string> names, string steps)
    {
        GenerationRequest[] kinds =
            [new TextToImageRequest(), new ImageToImageRequest { Images = [Picture] }, new InpaintRequest { Images = [Picture], Masks = [Picture] }];
        foreach (var setting in RequestSettings.All.Where(setting => !without.ContainsKey(setting.Name)))
        {
            var kind = kinds.First(setting.BelongsTo);
            object value = setting.JsonType == "boolean" ? false : setting.Name is "width" or "height" ? "16" : setting.Example;
            var body = new JsonObject { ["prompt"] = "a fox", ["seed"] = 3, [steps] = 2 };
            if (kind is not TextToImageRequest)
                body["image"] = Drawings.DataUrl(Picture.Encode(ImageFormat.Png));
            if (kind is InpaintRequest)
                body["mask"] = Drawings.DataUrl(Picture.Encode(ImageFormat.Png));
            body[Field(setting, names)] = value is bool on ? on : (string)value;
            yield return (setting, body, setting.IsRecorded ? setting.Write(setting.Put(kind, value), new())!.ToJsonString() : null);
        }
    }

    private static string Field(RequestSetting setting, Dictionary<string, string> names) => names.GetValueOrDefault(setting.Name) ?? setting.Name.Replace('-', '_');

    private static string? Said(byte[] png, RequestSetting setting) =>
        JsonNode.Parse(PngText.Read(png, "answer")[PictureSettings.MachineKeyword])![setting.OptionName]?.ToJsonString();
}
