using System.Text.Json.Nodes;
using Amused.Cli.Tests.Support;
using Amused.Weights;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fp16", SafetensorsDtype.F16)]
    [InlineData("bf16", SafetensorsDtype.BF16)]
    public void Weights_are_written_in_the_asked_for_precision_and_draw_as_before(string precision, SafetensorsDtype type)
    {
        CliRun.Output("convert", TinyModel.Path, "--output", folder["half"], "--precision", precision);
        foreach (var file in Directory.EnumerateFiles(folder["half"], "*.safetensors", SearchOption.AllDirectories))
            Assert.All(SafetensorsFile.Open(file).Entries.Values.Where(entry => entry.Dtype.IsFloatingPoint()), entry =>
                Assert.Equal(type, entry.Dtype));
        foreach (var (model, name) in new[] { (TinyModel.Path, "before"), (folder["half"], "after") })
            CliRun.Output("generate", "fox", "--model", model, "--precision", precision, "--seed", "1", "--steps", "2", "--output",
                folder[$"{name}.png"]);
        Assert.Equal(Images.RgbImage.Load(folder["before.png"]).Pixels, Images.RgbImage.Load(folder["after.png"]).Pixels);
    }

    [Fact]
    public void Defaults_are_those_that_are_given_and_else_the_models()
    {
        CliRun.Output("convert", TinyModel.Path, "--output", folder["tuned"], "--steps", "3", "--temperature", "1,0.5");
        var settings = JsonNode.Parse(File.ReadAllText(folder["tuned/generation_config.json"]))!;
        Assert.Equal((3, 10f, 1f, 0.5f),
            ((int)settings["num_inference_steps"]!, (float)settings["guidance_scale"]!, (float)settings["temperature"]![0]!,
            (float)settings["temperature"]![1]!));
        CliRun.Output("convert", folder["tuned"], "--output", folder["again"], "--guidance-scale", "2");
        var again = JsonNode.Parse(File.ReadAllText(folder["again/generation_config.json"]))!;
        Assert.Equal((3, 2f), ((int)again["num_inference_steps"]!, (float)again["guidance_scale"]!));
    }

    [Fact]
    public void What_is_there_already_is_not_written_over_and_what_fails_leaves_nothing()
    {
        CliRun.Of("convert", "/nowhere", "--output", folder["new"]).AssertFails(1, "/nowhere");
        Assert.False(Directory.Exists(folder["new"]));
        folder.Write("file", "");
        CliRun.Of("convert", TinyModel.Path, "--output", folder.Path).AssertFails(2, "not empty");
        Assert.Equal(["file"], folder.Names);
    }
}
