using System.Globalization;
using Amused.Server.Models;
using Amused.Server.Safety;

namespace Amused.Server.Pictures;

/// <summary>A size to make.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Notice">What the user should know: that another size was asked for. Null: nothing.</param>
public sealed record ChosenSize(int Width, int Height, string? Notice = null)
{
    /// <summary>As the OpenAI interface writes sizes: <c>256x256</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");
}

/// <summary>Reads sizes, and chooses among those that a model makes.</summary>
public static class PictureSizes
{
    /// <summary>The size for a text such as <c>256x256</c> or <c>auto</c>.</summary>
    /// <exception cref="InvalidRequestException">The text is no size, or one that isn't made; the message names the nearest.</exception>
    public static ChosenSize Choose(string? text, ModelFacts model, SizePolicy policy, ServerLimits limits)
    {
        var own = new ChosenSize(model.Width, model.Height);
        if (text is null or "auto")
            return own;
        if (!TryParse(text, out var width, out var height))
            throw new InvalidRequestException($"{FileFault.Quote(text)} is no size: give auto, or width and height in pixels such as {own}");
        if ((width, height) == (own.Width, own.Height))
            return own;
        return policy switch
        {
            SizePolicy.Any => Check(width, height, model, limits),
            SizePolicy.Nearest => own with { Notice = $"{width}x{height} was asked for; the model makes {own}" },
            _ => throw new InvalidRequestException($"the model does not make {width}x{height}: the nearest is {own}"),
        };
    }

    /// <summary>A size of which sides may be left out, for the server's own interface.</summary>
    /// <exception cref="InvalidRequestException">The network can't be run at it, or it is beyond the limit.</exception>
    public static ChosenSize Check(int? width, int? height, ModelFacts model, ServerLimits limits)
    {
        var (w, h) = (Side("width", width ?? model.Width, model.SizeMultiple), Side("height", height ?? model.Height, model.SizeMultiple));
        return (long)w * h <= limits.OutputPixels ? new(w, h)
            : throw new InvalidRequestException($"a picture of {w}x{h} has {(long)w * h} pixels; this server makes at most {limits.OutputPixels}");
    }

    /// <summary>The size of a picture's shape that has about as many pixels as those that the model was made for.</summary>
    public static ChosenSize Fit(int width, int height, ModelFacts model)
    {
        var scale = Math.Sqrt((double)model.Width * model.Height / ((double)width * height));
        int Fit(int side) => Math.Max(1, (int)Math.Round(side * scale / model.SizeMultiple)) * model.SizeMultiple;
        var (w, h) = (Fit(width), Fit(height));
        // A very long shape's short side is rounded up to one multiple: the long one is cut, so that the pixels stay bounded.
        return new(Math.Min(w, Cut(h)), Math.Min(h, Cut(w)));
        int Cut(int other) => Math.Max(model.SizeMultiple, 2 * model.Width * model.Height / other / model.SizeMultiple * model.SizeMultiple);
    }

    private static int Side(string name, int pixels, int multiple)
    {
        if (pixels >= multiple && pixels % multiple == 0)
            return pixels;
        var below = pixels / multiple * multiple;
        throw new InvalidRequestException(below < multiple
            ? $"{name} {pixels} is not a multiple of {multiple}: the nearest is {multiple}"
            : $"{name} {pixels} is not a multiple of {multiple}: the nearest are {below} and {below + multiple}");
    }

    private static bool TryParse(string text, out int width, out int height)
    {
        (width, height) = (0, 0);
        return text.Split('x') is [var w, var h]
            && int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out width) && int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out height)
            && width is > 0 and <= 65_536 && height is > 0 and <= 65_536;
    }
}
