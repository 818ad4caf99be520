using Amused.Images;
using PictureBook.Pixels;
using PictureBook.Reader;
using PictureBook.Scenes;

namespace PictureBook.Reading;

/// <summary>
/// Reads pictures of the drawn world: things and their places by a network that has seen drawn pictures only, colours, sky and ground by pixels against
/// the palette that scenes are drawn with. It knows nothing of prompts.
/// </summary>
/// <param name="things">Tells things and places; stays the caller's.</param>
public sealed class SceneReader(ThingReader things)
{
    private const int BatchSize = 32;

    /// <summary>The side that pictures must have, in pixels.</summary>
    public int Side => things.Config.Side;

    /// <summary>Reads pictures.</summary>
    /// <param name="pictures">Squares of <see cref="Side"/> pixels.</param>
    /// <param name="cancellation">Stops between some pictures and the next.</param>
    /// <returns>A reading for each, in their order.</returns>
    /// <exception cref="InvalidRequestException">A picture has another size.</exception>
    public IReadOnlyList<PictureReading> Read(IReadOnlyList<RgbImage> pictures, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        List<PictureReading> readings = [];
        foreach (var batch in pictures.Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            var found = things.Read(batch);
            readings.AddRange(batch.Zip(found).AsParallel().AsOrdered().Select(pair => Read(pair.First, pair.Second)));
        }
        return readings;
    }

    private static PictureReading Read(RgbImage picture, IReadOnlyList<FoundThing> found)
    {
        var sky = SkyCheck.Read(picture);
        var ground = GroundCheck.Read(picture, sky);
        ColourCheck colours = new(sky, ground);
        return new([.. found.Select(one => new SeenThing(one.Thing, one.Place, ColourOf(one, picture, colours), one.Confidence))], sky, ground);
    }

    private static ThingColour? ColourOf(FoundThing found, RgbImage picture, ColourCheck colours) =>
        found.Thing.HasColours ? colours.Read(picture, found.Thing, found.Place) : ThingColour.None;
}
