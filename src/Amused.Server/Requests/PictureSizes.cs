
namespace Amused.Server;

/// <summary>A size to make.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Notice">What the user should know: that another size was asked for. Null: nothing.</param>
public sealed record ChosenSize(int Width, int Height, string? Notice = null)
{
    /// <summary>The notice, if there is one, as a list.</summary>
    internal IReadOnlyList<string> Notices => Notice is null ? [] : [Notice];

    /// <summary>As the OpenAI interface writes sizes: <c>256x256</c>.</summary>
    public override string ToString() => PictureSize.Word(Width, Height);
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
        if (PictureSize.Parse(text) is not var (width, height))
            throw new InvalidRequestException(
                $"{FileFault.Quote(text)} is no size: give auto, or width and height in pixels such as {own}");
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
        var (w, h) = (width ?? model.Width, height ?? model.Height);
        // A side beyond all sense is the network's to refuse; of other pictures the server's own limit is the nearer one.
        if (Math.Max(w, h) <= PictureSize.LargestSide && (long)w * h > limits.OutputPixels)
            throw new InvalidRequestException(
                $"a picture of {w}x{h} has {(long)w * h} pixels; this server makes at most {limits.OutputPixels}");
        model.Sizes.GridOf(w, h);
        return new(w, h);
    }

    /// <summary>The size at which a picture is redrawn, which <see cref="PictureSize.Fit"/> says.</summary>
    public static ChosenSize Fit(int width, int height, ModelFacts model)
    {
        var (w, h) = model.Sizes.Fit(width, height);
        return new(w, h, (w, h) == (width, height)
            ? null
            : $"the picture of {width}x{height} is scaled to {w}x{h}: the model was made for {model.Width}x{model.Height}");
    }
}
