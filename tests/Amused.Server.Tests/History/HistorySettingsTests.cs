using System.Text.Json.Nodes;
using Amused.Images;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.History;

public sealed class HistorySettingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_command_line_makes_a_picture_again_from_the_settings_in_its_file()
    {
        var loras = Directory.CreateDirectory(folder["loras"]).FullName;
        File.Copy(Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "training", "tiny256", "lora",
            "pytorch_lora_weights.safetensors"), Path.Combine(loras, "style.safetensors"));
        await using var server = await RunningServer.StartAsync(RunningServer.Options with
        {
            Models = [new("tiny512", RunningServer.Tiny512), new("small", RunningServer.Tiny256)],
            Loading = new() { Variant = "fp16", Precision = Precision.Float32 }, LoraFolder = loras, DataFolder = folder["data"],
        });
        var (_, job) = await server.Post("api/jobs",
            new { prompt = "a dog", model = "small", seed = 3, steps = 4, loras = new[] { new { name = "style", scale = 30 } } });
        var done = await server.JobWith((string)job["id"]!, "done");
        File.WriteAllBytes(folder["made.png"], await server.Client.GetByteArrayAsync((string)done["images"]![0]!["url"]!));

        File.WriteAllText(folder["line.jsonl"], PngText.Read(folder["made.png"])["amused"]);
        using var error = new StringWriter();
        using var host = new Cli.Host(() => TextReader.Null, TextWriter.Null, error) { Variable = _ => null };
        Assert.True(Cli.CommandLine.Run(["generate", "--prompt-file", folder["line.jsonl"], "--output", folder["again.png"]], host) == 0,
            error.ToString());
        Assert.Equal(RgbImage.Load(folder["made.png"]).Pixels.ToArray(), RgbImage.Load(folder["again.png"]).Pixels.ToArray());
    }

    [Fact]
    public void What_decides_the_arithmetic_is_told_and_the_servers_own_names_beside_the_files()
    {
        var options = RunningServer.Options with
        {
            Models = [new("small", "somebody/tiny")],
            Loading = new() { Variant = "fp16", Precision = Precision.BFloat16, Hub = new() { Revision = "v1" } },
        };
        var settings = Of(new("small", new TextToImageRequest("a fox"), 8, 8, [new("style", "loras/style.safetensors", 0.5)]), options);
        Assert.Equal(
            ("somebody/tiny", "v1", "fp16", "bf16", "cpu", "small"),
            ((string)settings["model"]!, (string)settings["revision"]!, (string)settings["variant"]!, (string)settings["precision"]!,
                (string)settings["device"]!, (string)settings["server-model"]!));
        Assert.Equal(("loras/style.safetensors:0.5", "style:0.5"), ((string)settings["lora"]![0]!, (string)settings["server-lora"]![0]!));
        Assert.Equal((8, 8), ((int)settings["width"]!, (int)settings["height"]!));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", null)]
    [InlineData("http://127.0.0.1:8080", "https://pictures.example")]
    public void Others_are_not_told_where_files_lie(string url, string? publicUrl)
    {
        var options = RunningServer.Options with { Models = [new("small", "/home/somebody/tiny")], Urls = [url], PublicUrl = publicUrl };
        var settings =
            Of(new("small", new TextToImageRequest("a fox"), 8, 8, [new("style", "/home/somebody/loras/style.safetensors", 0.5)]), options);
        Assert.Equal(("small", "style:0.5"), ((string)settings["model"]!, (string)settings["lora"]![0]!));
        Assert.DoesNotContain("somebody", settings.ToJsonString());
    }

    [Fact]
    public void A_picture_made_from_another_one_says_to_which_size_that_was_brought()
    {
        var settings = Of(new("tiny256", new ImageToImageRequest { Prompts = ["a fox"], Images = [Drawings.Soft(8, 8)] }, 8, 8, []),
            RunningServer.Options);
        Assert.Null(settings["width"]);
        Assert.Equal("8x8", (string)settings["size"]!);
        Assert.Null(settings["lora"]);
        Assert.Equal(0.5, (double)settings["strength"]!);
    }

    private static JsonObject Of(JobRequest job, ServerOptions options) => HistorySettings.Of(
        job, new GeneratedImage(0, 1, new TokenGrid(2, 2, [1, 2, 3, 4])) { Picture = Drawings.Soft(8, 8) },
        new ModelFacts(8, 8, 4, 4, 0, new GenerationDefaults(), options.Loading.Precision, _ => 0), options);
}
