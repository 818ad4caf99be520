using SkiaSharp;

namespace Amused.Images;

/// <summary>What a picture's header claims before anything is decoded, and whether it has holes.</summary>
internal static class ImageProbe
{
    /// <summary>The size that an image file claims, without decoding its pixels; null when it is no image that can be read.</summary>
    public static (long Width, long Height)? ClaimedSize(byte[] encoded)
    {
        if (ImageHeader.ClaimedSize(encoded) is { } claimed)
            return claimed;
        if (ImageHeader.Format(encoded) is null)
            return null;
        using var data = SKData.CreateCopy(encoded);
        using var codec = SKCodec.Create(data);
        return codec is null ? null : (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>Whether any pixel of a picture is transparent.</summary>
    /// <param name="encoded">The whole file, of which <see cref="ImageDecoder"/> has already decoded the colours.</param>
    public static bool HasHoles(byte[] encoded)
    {
        using var data = SKData.CreateCopy(encoded);
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.Info.AlphaType == SKAlphaType.Opaque)
            return false;
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info) || codec.GetPixels(info, bitmap.GetPixels()) != SKCodecResult.Success)
            return false;
        var four = bitmap.GetPixelSpan();
        for (var i = 3; i < four.Length; i += 4)
            if (four[i] < byte.MaxValue)
                return true;
        return false;
    }
}
