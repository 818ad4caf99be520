using Amused.Images;
using PictureBook.Pixels;
using PictureBook.Rendering;
using PictureBook.Scenes;
using PictureBook.Scoring;

namespace PictureBook.Vq;

/// <summary>Turns drawn pictures into tokens and back, and looks at what is left of them.</summary>
/// <param name="pipeline">The model; stays the caller's.</param>
/// <param name="renderer">Draws pictures of a size that the model takes.</param>
public sealed class VqCheck(AmusedPipeline pipeline, SceneRenderer renderer)
{
    /// <summary>Measures the model on scenes.</summary>
    /// <param name="scenes">The scenes, at least one.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Stops before the next picture.</param>
    /// <exception cref="InvalidRequestException">The pictures' size is none of the model's.</exception>
    public VqScores Measure(IReadOnlyList<Scene> scenes, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        SquaredError whole = new(), things = new();
        Share colours = new(), before = new();
        HashSet<int> codes = [];
        foreach (var (index, scene) in scenes.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            var drawn = renderer.Render(scene);
            var tokens = pipeline.EncodeImage(drawn);
            var decoded = pipeline.Decode(tokens);
            foreach (var id in tokens.Ids)
                codes.Add(id);
            whole.Add(drawn, decoded);
            foreach (var mask in renderer.Masks(scene))
                things.Add(drawn, decoded, mask);
            colours += Colours(scene, decoded);
            before += Colours(scene, drawn);
            progress?.Invoke(index + 1);
        }

        return new()
        {
            Pictures = scenes.Count, Psnr = whole.Psnr, ThingPsnr = things.Psnr, Colours = colours, ColoursBefore = before, Codes = new(codes.Count, pipeline.CodeCount),
        };
    }

    /// <summary>The things whose colour is read right where it is known what and where they are.</summary>
    private static Share Colours(Scene scene, RgbImage picture)
    {
        ColourCheck check = new(scene.Sky, scene.Ground);
        return scene.Things.Where(thing => thing.Thing.HasColours)
            .Aggregate(new Share(), (share, thing) => share.With(check.Read(picture, thing.Thing, thing.Place) == thing.Colour));
    }
}
