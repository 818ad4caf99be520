using Amused.Images;
using Amused.Runtime;

namespace PictureBook.Tests.BuiltInModel;

/// <summary>The model in the box, loaded once, or what became of it.</summary>
public sealed class PictureBookFixture : IDisposable
{
    public PictureBookFixture() : this(Amused.Weights.BuiltInModel.Name) { }

    internal PictureBookFixture(string folder) => Pipeline = AmusedPipeline.FromPretrained(folder, new() { Precision = Precision.Float32 });

    internal AmusedPipeline Pipeline { get; }

    /// <summary>Pictures of prompts, the k-th with the seed S + k.</summary>
    internal IReadOnlyList<RgbImage> Draw(long seed, params IReadOnlyList<string> prompts) =>
        [.. Pipeline.Generate(new TextToImageRequest(prompts) { Seed = seed }).Images.Select(image => image.Picture)];

    public void Dispose() => Pipeline.Dispose();
}
