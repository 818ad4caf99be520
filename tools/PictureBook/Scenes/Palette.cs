using SkiaSharp;

namespace PictureBook.Scenes;

/// <summary>The colours of a sky, from its top to the horizon, and of what is in it.</summary>
/// <param name="Top">At the picture's upper edge.</param>
/// <param name="Bottom">At the horizon.</param>
/// <param name="Cloud">The clouds.</param>
/// <param name="Light">What the light multiplies the colours of the ground with.</param>
public sealed record SkyColours(SKColor Top, SKColor Bottom, SKColor Cloud, SKColor Light);

/// <summary>The colours of a ground.</summary>
/// <param name="Far">The hills at the horizon.</param>
/// <param name="Near">The ground in front.</param>
/// <param name="Detail">What gives it life: blades, ripples, waves.</param>
public sealed record GroundColours(SKColor Far, SKColor Near, SKColor Detail);

/// <summary>The one table of colours: what pictures are drawn with, and what they can be checked by.</summary>
public static class Palette
{
    /// <summary>The six colours that things come in.</summary>
    public static IReadOnlyList<ThingColour> Colours { get; } =
        [ThingColour.Red, ThingColour.Orange, ThingColour.Yellow, ThingColour.Green, ThingColour.Blue, ThingColour.Purple];

    /// <summary>The sun by day.</summary>
    public static SKColor Sun { get; } = new(0xFF, 0xD8, 0x4A);

    /// <summary>The sun at sunset.</summary>
    public static SKColor SettingSun { get; } = new(0xFF, 0xE3, 0x9A);

    /// <summary>Moon and stars.</summary>
    public static SKColor Moon { get; } = new(0xFF, 0xF4, 0xC9);

    /// <summary>What a thing's shadow lays over the ground, in part.</summary>
    public static SKColor Shadow { get; } = new(0x10, 0x18, 0x30);

    /// <summary>The colour of a thing's main part, whatever the sky: things are as bright as stickers.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="ThingColour.None"/>.</exception>
    public static SKColor Of(ThingColour colour) => colour switch
    {
        ThingColour.Red => new(0xE5, 0x30, 0x2C),
        ThingColour.Orange => new(0xFF, 0x8A, 0x1C),
        ThingColour.Yellow => new(0xFF, 0xD6, 0x2B),
        ThingColour.Green => new(0x2F, 0xAE, 0x4C),
        ThingColour.Blue => new(0x2B, 0x78, 0xE4),
        ThingColour.Purple => new(0x8A, 0x4B, 0xCB),
        _ => throw new ArgumentOutOfRangeException(nameof(colour), colour, null),
    };

    /// <summary>What drawings have beside the colour that words tell: white, greys, black, cream, glass, leaves, wood.</summary>
    public static IReadOnlyList<SKColor> Accents { get; } =
    [
        new(0xFF, 0xFF, 0xFF), new(0xE6, 0xE6, 0xE6), new(0xD3, 0xD3, 0xD3), new(0x9B, 0x9B, 0x9B), new(0x21, 0x21, 0x21), new(0x32, 0x1B, 0x41), new(0x40, 0x2A, 0x32),
        new(0xFF, 0xF4, 0xD6), new(0xF6, 0xE3, 0xC0), new(0x26, 0xC9, 0xFC), new(0x50, 0xE2, 0xFF), new(0x83, 0xCB, 0xFF), new(0x4F, 0x9E, 0x3A), new(0x8C, 0x55, 0x43), new(0xC9, 0x8A, 0x4A),
    ];

    /// <summary>The colours of a sky.</summary>
    public static SkyColours Of(Sky sky) => sky switch
    {
        Sky.Day => new(new(0x6C, 0xC0, 0xF5), new(0xD2, 0xEF, 0xFC), new(0xFF, 0xFF, 0xFF), new(0xFF, 0xFF, 0xFF)),
        Sky.Sunset => new(new(0x9A, 0x6C, 0xB4), new(0xFF, 0xB0, 0x6E), new(0xF9, 0xC4, 0xBE), new(0xFF, 0xE6, 0xD4)),
        Sky.Night => new(new(0x14, 0x1C, 0x4E), new(0x3A, 0x4C, 0x92), new(0x5A, 0x69, 0xA6), new(0xE6, 0xE7, 0xF6)),
        Sky.Rain => new(new(0x7C, 0x8B, 0x9C), new(0xBD, 0xC9, 0xD1), new(0xE2, 0xE7, 0xEC), new(0xE9, 0xED, 0xF2)),
        _ => throw new ArgumentOutOfRangeException(nameof(sky), sky, null),
    };

    /// <summary>The colours of a ground as it looks under a sky.</summary>
    public static GroundColours Of(Ground ground, Sky sky)
    {
        if (sky == Sky.Night)
            return ByNight(ground);
        var (far, near, detail) = ByDay(ground);
        return new(far.Under(sky), near.Under(sky), detail.Under(sky));
    }

    /// <summary>The beach as it looks under a sky.</summary>
    public static SKColor Beach(Sky sky) => sky == Sky.Night ? new(0x8A, 0x7C, 0x74) : new SKColor(0xF3, 0xDD, 0xA6).Under(sky);

    /// <summary>Ponds as they look under a sky.</summary>
    public static SKColor Pond(Sky sky) => sky == Sky.Night ? new(0x2E, 0x63, 0xA0) : new SKColor(0x4F, 0xB0, 0xDE).Under(sky);

    /// <summary>The small flowers of a meadow as they look under a sky.</summary>
    internal static SKColor Flower(Sky sky) => sky == Sky.Night ? new(0x9C, 0xB4, 0x8E) : new SKColor(0xFF, 0xF6, 0xC8).Under(sky);

    /// <summary>A colour of daylight as it looks under a sky.</summary>
    public static SKColor Under(this SKColor colour, Sky sky)
    {
        var light = Of(sky).Light;
        return new((byte)(colour.Red * light.Red / 255), (byte)(colour.Green * light.Green / 255), (byte)(colour.Blue * light.Blue / 255), colour.Alpha);
    }

    private static GroundColours ByDay(Ground ground) => ground switch
    {
        Ground.Meadow => new(new(0x8C, 0xCB, 0x78), new(0x6F, 0xBB, 0x58), new(0x57, 0xA4, 0x49)),
        Ground.Desert => new(new(0xE9, 0xB8, 0x76), new(0xF2, 0xCB, 0x8B), new(0xDF, 0xAE, 0x6C)),
        Ground.Snow => new(new(0xD6, 0xE5, 0xF2), new(0xF6, 0xFA, 0xFD), new(0xDD, 0xE9, 0xF3)),
        Ground.Sea => new(new(0x3F, 0x9A, 0xD6), new(0x55, 0xB4, 0xE0), new(0x8F, 0xD3, 0xEE)),
        _ => throw new ArgumentOutOfRangeException(nameof(ground), ground, null),
    };

    /// <summary>Moonlight would make all grounds alike: by night they have colours of their own, dark enough for things to stand out.</summary>
    private static GroundColours ByNight(Ground ground) => ground switch
    {
        Ground.Meadow => new(new(0x2C, 0x58, 0x50), new(0x2F, 0x6A, 0x48), new(0x27, 0x5A, 0x40)),
        Ground.Desert => new(new(0x7A, 0x5F, 0x5E), new(0x93, 0x72, 0x5E), new(0x80, 0x62, 0x56)),
        Ground.Snow => new(new(0x8E, 0x9D, 0xCC), new(0xB4, 0xC2, 0xE6), new(0x9D, 0xAD, 0xD8)),
        Ground.Sea => new(new(0x1C, 0x4A, 0x92), new(0x26, 0x5C, 0xA8), new(0x4A, 0x80, 0xC2)),
        _ => throw new ArgumentOutOfRangeException(nameof(ground), ground, null),
    };
}
