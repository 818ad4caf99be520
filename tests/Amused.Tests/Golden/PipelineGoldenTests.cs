using System.Text.Json;
using Amused.Images;
using Amused.Networks;
using Amused.Runtime;
using Amused.Sampling;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class PipelineGoldenTests : IGoldenTests
{
    public static IEnumerable<string> FilesRead => [.. GoldenFolder.Files("pipelines/"), .. GoldenFolder.Files("models/")];

    /// <summary>Every case of every model: the pipeline's name and the case's.</summary>
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var file in GoldenFolder.Files("pipelines/", "/cases.json"))
                foreach (var one in GoldenCase.ReadAll(file))
                    cases.Add(one.Model, one.Name);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_step_keeps_the_references_tokens_and_the_picture_is_the_references(string model, string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Read(model, name);
        var figures = new GoldenFigures($"{golden.Folder}/figures.safetensors");
        Assert.True(JsonElement.DeepEquals(golden.Call, figures.Metadata("call")), "the figures are of another call");

        using var pipeline =
            AmusedPipeline.FromPretrained(GoldenFolder.Model(model), new() { Variant = golden.Variant, Precision = Precision.Float32 });
        Dictionary<int, IReadOnlyList<StepImage>> steps = [];
        var result =
            pipeline.Generate(golden.Request() with { Output = OutputKind.Pixels, OnStep = step => steps.Add(step.Index, step.Images) });

        Agreement.AssertSame("latents", figures["latents"], Ids(result.Images.Select(image => image.Tokens)));
        var expectedSteps = figures.Keys.Where(key => key.StartsWith("step.", StringComparison.Ordinal)).ToList();
        Assert.Equal(expectedSteps.Order(), steps.Keys.Select(index => $"step.{index}").Order());
        foreach (var (index, images) in steps)
            Agreement.AssertSame($"step.{index}", figures[$"step.{index}"], Ids(images.Select(image => image.Tokens)));

        var expected = figures["image"];
        var pixels = tensor(result.Images.SelectMany(image => image.Pixels!).ToArray(), expected.shape);
        Agreement.AssertClose("image", expected, pixels);
        foreach (var file in GoldenFolder.Files($"{golden.Folder}/image.", ".png").Where(file => file != $"{golden.Folder}/image.png"))
            AssertWithinOneLevel(file, result.Images[int.Parse(file.Split('.')[^2])].Picture);
        figures.AssertAllRead();
    }

    private static Tensor Ids(IEnumerable<TokenGrid> grids) => TokenTensors.ToTensor([.. grids]);

    private static void AssertWithinOneLevel(string file, RgbImage actual)
    {
        var expected = RgbImage.Load(GoldenFolder.PathOf(file));
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        for (var i = 0; i < expected.Pixels.Length; i++)
            Assert.True(Math.Abs(expected.Pixels[i] - actual.Pixels[i]) <= 1,
                $"{file}: value {i} is {actual.Pixels[i]} instead of {expected.Pixels[i]}");
    }
}
