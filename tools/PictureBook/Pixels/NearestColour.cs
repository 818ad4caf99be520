using System.Numerics;
using Amused.Images;
using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Pixels;

/// <summary>Names pixels by the nearest of some labelled colours, in Ottosson's OKLab, where distances are about as the eye sees them.</summary>
/// <typeparam name="T">The labels.</typeparam>
internal sealed class NearestColour<T>
{
    /// <summary>Light and shade change a colour's lightness more than its name.</summary>
    private const float LightnessWeight = 0.7f;

    private readonly Vector3[] places;
    private readonly T[] labels;

    public NearestColour(IEnumerable<(SKColor Colour, T Label)> colours)
    {
        var all = colours.ToList();
        places = [.. all.Select(one => PlaceOf(one.Colour))];
        labels = [.. all.Select(one => one.Label)];
    }

    /// <summary>The label of a picture's pixel.</summary>
    public T Of(RgbImage picture, int x, int y)
    {
        var pixel = picture.Pixels.Slice(3 * (y * picture.Width + x), 3);
        var place = PlaceOf(new(pixel[0], pixel[1], pixel[2]));
        int nearest = 0;
        float least = float.PositiveInfinity;
        for (int i = 0; i < places.Length; i++)
        {
            if (Vector3.DistanceSquared(place, places[i]) is var distance && distance < least)
                (nearest, least) = (i, distance);
        }

        return labels[nearest];
    }

    private static Vector3 PlaceOf(SKColor colour)
    {
        var (lightness, chroma, hue) = Oklch.Of(colour);
        var (sin, cos) = MathF.SinCos(hue * MathF.PI / 180);
        return new(LightnessWeight * lightness, chroma * cos, chroma * sin);
    }
}
