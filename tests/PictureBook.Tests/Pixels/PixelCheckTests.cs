using Amused.Images;
using PictureBook.Drawings;
using PictureBook.Pixels;
using PictureBook.Rendering;
using PictureBook.Scenes;
using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.Pixels;

public sealed class PixelCheckTests
{
    private const int Count = 400;

    private static readonly Lazy<(Scene Scene, RgbImage Picture)[]> Drawn = new(() =>
    {
        // AMUSED_DRAWINGS names a real set of drawings to try the checks on.
        SceneRenderer renderer = new(Environment.GetEnvironmentVariable("AMUSED_DRAWINGS") is { Length: > 0 } path ? DrawingSet.Load(path) : TinyDrawings.Set);
        return [.. Enumerable.Range(0, Count).AsParallel().AsOrdered().Select(i => SceneSampler.Sample(3, i, Split.HeldOut)).Select(scene => (scene, renderer.Render(scene)))];
    });

    [Fact]
    public void Skies_of_drawn_pictures_are_told() => AssertNearlyAll(scene => scene.Sky, one => SkyCheck.Read(one.Picture));

    [Fact]
    public void Grounds_of_drawn_pictures_are_told() => AssertNearlyAll(scene => scene.Ground, one => GroundCheck.Read(one.Picture, one.Scene.Sky));

    [Fact]
    public void Colours_of_drawn_things_are_told()
    {
        var things = Drawn.Value.SelectMany(one => one.Scene.Things.Where(thing => thing.Thing.HasColours).Select(thing => (one.Scene, one.Picture, Thing: thing))).ToList();
        var wrong = things.Where(one => new ColourCheck(one.Scene.Sky, one.Scene.Ground).Read(one.Picture, one.Thing.Thing, one.Thing.Place) != one.Thing.Colour).ToList();
        Assert.True(wrong.Count <= 0.02 * things.Count, $"{wrong.Count} of {things.Count} are read wrong: {string.Join(", ", wrong.Take(9).Select(one => $"{one.Thing}, {one.Scene.Sky}, {one.Scene.Ground}"))}");
    }

    [Fact]
    public void Where_nothing_has_one_of_the_colours_none_is_told()
    {
        var pixels = new byte[3 * 64 * 64];
        pixels.AsSpan().Fill(255);
        Assert.Null(new ColourCheck(Sky.Day, Ground.Snow).Read(new(64, 64, pixels), AllThings.Find("car")!, Place.Middle));
    }

    private static void AssertNearlyAll<T>(Func<Scene, T> truth, Func<(Scene Scene, RgbImage Picture), T> read)
    {
        var wrong = Drawn.Value.Where(one => !Equals(read(one), truth(one.Scene))).ToList();
        Assert.True(wrong.Count <= 0.01 * Count, $"{wrong.Count} of {Count} are read wrong: {string.Join("; ", wrong.Select(one => $"{one.Scene.Index}: {one.Scene.Sky}, {one.Scene.Ground}, read {read(one)}, {string.Join(", ", one.Scene.Things)}"))}");
    }
}
