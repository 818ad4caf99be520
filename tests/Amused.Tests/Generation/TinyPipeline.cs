using Amused.Images;
using Amused.Runtime;
using Amused.Sampling;

namespace Amused.Tests;

/// <summary>Two tiny random models of the project's own fixtures, and pictures to go with them.</summary>
internal static class TinyPipeline
{
    /// <summary>Without down-sampling; factor 4, 32 × 32 pixels by default.</summary>
    public static string Folder256 { get; } = GoldenFolder.FixtureModel("tiny256");

    /// <summary>With down-sampling; factor 8, 64 × 64 pixels by default.</summary>
    public static string Folder512 { get; } = GoldenFolder.FixtureModel("tiny512");

    public static AmusedPipeline Load256(Precision precision = Precision.Float32) => Load(Folder256, precision);

    public static AmusedPipeline Load512() => Load(Folder512);

    /// <summary>A model in float32 on any machine, so that tokens can be compared.</summary>
    public static AmusedPipeline Load(string folder, Precision precision = Precision.Float32) =>
        AmusedPipeline.FromPretrained(folder, new() { Precision = precision });

    /// <summary>A picture of soft colours that differ from seed to seed.</summary>
    public static RgbImage Picture(int width, int height, int seed = 0)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var channel = 0; channel < 3; channel++)
                    pixels[(y * width + x) * 3 + channel] =
                        (byte)(127 + 120 * Math.Sin((x * (channel + 1 + seed) + y * (seed + 2)) * 0.11 + seed));
        return new(width, height, pixels);
    }

    /// <summary>A mask that is white from a column on.</summary>
    public static RgbImage Mask(int width, int height, int firstWhiteColumn)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i / 3 % width >= firstWhiteColumn ? byte.MaxValue : byte.MinValue;
        return new(width, height, pixels);
    }

    /// <summary>The final tokens of every image.</summary>
    public static IReadOnlyList<TokenGrid> Tokens(this AmusedPipeline pipeline, GenerationRequest request) =>
        [.. pipeline.Generate(request with { Output = OutputKind.Tokens }).Images.Select(image => image.Tokens)];
}
