using Amused.Imaging;
using Amused.Pipelines;

namespace Amused.Evaluation.Tests.BuiltInModel;

/// <summary>The model in the box, loaded once, or what became of it.</summary>
public sealed class PictureBookFixture : IDisposable
{
    public PictureBookFixture() => Pipeline = AmusedPipeline.FromPretrained();

    internal PictureBookFixture(string folder) => Pipeline = AmusedPipeline.FromPretrained(folder);

    internal AmusedPipeline Pipeline { get; }

    /// <summary>Pictures of prompts, the k-th with the seed S + k.</summary>
    internal IReadOnlyList<RgbImage> Draw(long seed, params IReadOnlyList<string> prompts) =>
        [.. Pipeline.Generate(new TextToImageRequest(prompts) { Seed = seed }).Images.Select(image => image.Picture)];

    public void Dispose() => Pipeline.Dispose();
}
