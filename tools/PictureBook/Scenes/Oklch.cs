using SkiaSharp;

namespace PictureBook.Scenes;

/// <summary>
/// A colour by lightness (0 to 1), chroma (0 to about 0.3) and hue (degrees), where equal steps look equal: Björn Ottosson, "A perceptual color space for image processing", 2020.
/// </summary>
internal readonly record struct Oklch(float Lightness, float Chroma, float Hue)
{
    public static Oklch Of(SKColor colour)
    {
        var (r, g, b) = (Linear(colour.Red), Linear(colour.Green), Linear(colour.Blue));
        double l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        double m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        double s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        double bright = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
        double x = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
        double y = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
        double hue = Math.Atan2(y, x) * 180 / Math.PI;
        return new((float)bright, (float)Math.Sqrt(x * x + y * y), (float)(hue < 0 ? hue + 360 : hue));
    }

    /// <summary>The nearest colour that a screen has; chroma gives way first, so that lightness and hue stay.</summary>
    public SKColor ToColour()
    {
        for (float chroma = Chroma; ; chroma -= 0.01f)
        {
            var (r, g, b) = (this with { Chroma = Math.Max(0, chroma) }).ToLinear();
            if (chroma <= 0 || Math.Min(r, Math.Min(g, b)) > -0.002 && Math.Max(r, Math.Max(g, b)) < 1.002)
                return new(Byte(r), Byte(g), Byte(b));
        }
    }

    private (double R, double G, double B) ToLinear()
    {
        double x = Chroma * Math.Cos(Hue * Math.PI / 180), y = Chroma * Math.Sin(Hue * Math.PI / 180);
        double l = Math.Pow(Lightness + 0.3963377774 * x + 0.2158037573 * y, 3);
        double m = Math.Pow(Lightness - 0.1055613458 * x - 0.0638541728 * y, 3);
        double s = Math.Pow(Lightness - 0.0894841775 * x - 1.2914855480 * y, 3);
        return (4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    private static double Linear(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

    private static byte Byte(double linear)
    {
        double v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055;
        return (byte)Math.Round(Math.Clamp(v, 0, 1) * 255);
    }
}
