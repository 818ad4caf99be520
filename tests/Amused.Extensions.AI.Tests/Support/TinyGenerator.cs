using Amused.Images;
using Amused.Tests;
using Microsoft.Extensions.AI;
using Xunit;

namespace Amused.Extensions.AI.Tests.Support;

/// <summary>
/// A tiny pipeline, the generator over it, and what tests ask of both. The model's pictures are 32 × 32, or other multiples of 4.
/// </summary>
public sealed class TinyGenerator : IDisposable
{
    public const string ModelId = "tiny";

    public TinyGenerator()
    {
        Pipeline = TinyPipeline.Load256();
        Generator = Pipeline.AsIImageGenerator(ModelId);
    }

    public AmusedPipeline Pipeline { get; }

    public IImageGenerator Generator { get; }

    public void Dispose()
    {
        Generator.Dispose();
        Pipeline.Dispose();
    }

    /// <summary>Options of two steps and seed 1, and further properties.</summary>
    internal static ImageGenerationOptions Options(params IReadOnlyList<(string Name, object? Value)> properties)
    {
        var all = new AdditionalPropertiesDictionary { ["seed"] = 1, ["steps"] = 2 };
        foreach (var (name, value) in properties)
            all[name] = value;
        return new() { AdditionalProperties = all };
    }

    /// <summary>Asserts that a response has the pictures that the pipeline makes of a request.</summary>
    internal void AssertIsOf(GenerationRequest request, ImageGenerationResponse response)
    {
        var expected = Pipeline.Generate(request).Images;
        Assert.Equal(expected.Select(image => image.Picture.Pixels.ToArray()),
            response.Contents.Select(content => Picture(content).Pixels.ToArray()));
        Assert.Equal(expected.Select(image => image.Seed),
            response.Contents.Select(content => Assert.IsType<long>(content.AdditionalProperties!["seed"])));
    }

    internal static RgbImage Picture(AIContent content) => RgbImage.Load(Assert.IsType<DataContent>(content).Data.ToArray(), "the answer");

    internal static DataContent Content(RgbImage picture, string? name = null) =>
        new(picture.Encode(ImageFormat.Png), "image/png") { Name = name };

    internal static IReadOnlyList<string> Notices(ImageGenerationResponse response) =>
        Assert.IsType<GenerationResult>(response.RawRepresentation).Notices;
}
