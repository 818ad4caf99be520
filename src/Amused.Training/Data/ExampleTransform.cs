using Amused.Images;

namespace Amused.Training;

/// <summary>
/// From the bytes of an image file to a square crop and its micro-conditions, as the published training prepares pictures: upright by EXIF,
/// resized so that the short side has the resolution (Pillow's bilinear filter, antialiased), cropped at random.
/// </summary>
public sealed record ExampleTransform
{
    /// <summary>The crop's side in pixels.</summary>
    /// <value>At least 1; what the networks take is a multiple of the VQ factor. The default value is 512.</value>
    public int Resolution { get; init; } = 512;

    /// <summary>Whether the crop is taken from the middle instead of at random.</summary>
    /// <value>The default value is false.</value>
    public bool CenterCrop { get; init; }

    /// <summary>Whether half of the pictures are mirrored left to right (the published training mirrors none).</summary>
    /// <value>The default value is false.</value>
    public bool RandomFlip { get; init; }

    /// <summary>Whether masks that lie beside pictures are read.</summary>
    /// <value>The default value is false.</value>
    public bool ReadMasks { get; init; }

    /// <summary>
    /// Whether large JPEG files may be decoded at a half, a quarter or an eighth of their size, as long as the short side stays at least
    /// <see cref="ScaledDecodingMargin"/> times the resolution. Four times faster at 12 megapixels and 256. Against the full decoding the crops
    /// differ by 54 dB on smooth pictures and by 43 dB on one-pixel patterns: less than JPEG itself changed.
    /// </summary>
    /// <value>The default value is true. With false the pixels are those of the published training.</value>
    public bool ScaledDecoding { get; init; } = true;

    /// <summary>How many times larger than the resolution a picture decoded at a smaller scale has to be at least.</summary>
    public const int ScaledDecodingMargin = 2;

    /// <summary>Makes an example of a raw one. All chance comes from the order's seed and the position, none from earlier calls. Safe for several threads.</summary>
    /// <param name="raw">The example.</param>
    /// <param name="order">Gives the seed.</param>
    /// <param name="position">The example's place.</param>
    /// <exception cref="BrokenInputException">The picture or its mask cannot be read, is broken, or of an absurd size; or they differ in size.</exception>
    public TrainingExample Apply(RawExample raw, DataOrder order, DataPosition position)
    {
        if (Resolution < 1)
            throw new InvalidRequestException($"a resolution of {Resolution} pixels is not possible");
        var random = new IndexRandom(RandomPurpose.Example, order.Seed, position.Epoch, position.Index);
        var picture = Resized(raw);
        var (resized, width, height) = (picture.Image, picture.Image.Width, picture.Image.Height);

        // Drawn whether used or not, so that one setting leaves the draws of the others as they are.
        int top = random.Next(height - Resolution + 1), left = random.Next(width - Resolution + 1);
        bool isFlipped = random.Next(2) == 1 && RandomFlip;
        var caption = raw.Captions[random.Next(raw.Captions.Count)];
        if (CenterCrop)
            (top, left) = (Middle(height), Middle(width));

        var crop = Crop(resized, top, left, isFlipped);
        // Of a mirrored picture, the crop's place is told as it is in the mirrored picture.
        float shownLeft = isFlipped ? width - Resolution - left : left;
        var mask = ReadMasks ? DecodeMask(raw, picture.Width, picture.Height)?.Resize(width, height, ResampleFilter.Bilinear) : null;
        return new(raw.Name, caption, crop, new(picture.Width, picture.Height, top, shownLeft), mask is null ? null : Crop(mask, top, left, isFlipped).ToGrey());
    }

    /// <summary>Python's round half to even, as the published crop.</summary>
    private int Middle(int length) => (int)Math.Round((length - Resolution) / 2.0, MidpointRounding.ToEven);

    /// <summary>The picture with its short side as long as the crop's, and the size that it had.</summary>
    private (RgbImage Image, int Width, int Height) Resized(RawExample raw)
    {
        var encoded = raw.ReadBytes();
        var (claimedWidth, claimedHeight) = ImageProbe.ClaimedSize(encoded) ?? (1, 1);
        // Claims beyond any picture are refused as it is decoded.
        bool isPossible = claimedWidth is >= 1 and <= ImageDecoder.MaxPixels && claimedHeight is >= 1 and <= ImageDecoder.MaxPixels;
        return DecodingRoom.Shared.Take(isPossible ? claimedWidth * claimedHeight : 1, () =>
        {
            var picture = Decode(encoded, raw);
            var (width, height) = ResizedSize(picture.Width, picture.Height, raw.Name);
            return (PillowResampling.Resize(picture.Image, width, height, ResampleFilter.Bilinear), picture.Width, picture.Height);
        });
    }

    private (RgbImage Image, int Width, int Height) Decode(byte[] encoded, RawExample raw)
    {
        if (ScaledDecoding)
            return ImageDecoder.DecodeAtLeast(encoded, raw.Name, (long)Resolution * ScaledDecodingMargin);
        var image = ImageDecoder.Decode(encoded, raw.Name);
        return (image, image.Width, image.Height);
    }

    private static RgbImage? DecodeMask(RawExample raw, int width, int height)
    {
        if (raw.ReadMaskBytes() is not { } encoded)
            return null;
        var mask = ImageDecoder.Decode(encoded, $"the mask of {raw.Name}");
        return (mask.Width, mask.Height) == (width, height)
            ? mask
            : throw new BrokenInputException($"the mask of {raw.Name} is {mask.Width} × {mask.Height} pixels, the picture {width} × {height}: they have to be of one size");
    }

    /// <summary>The short side becomes the resolution, the long side follows, rounded down.</summary>
    private (int Width, int Height) ResizedSize(int width, int height, string name)
    {
        long shortSide = Math.Min(width, height), longSide = Math.Max(width, height);
        long resizedLong = Resolution * longSide / shortSide;
        if (resizedLong * Resolution > ImageDecoder.MaxPixels)
            throw new BrokenInputException($"{name} is {width} × {height} pixels, too long and thin for a resolution of {Resolution}");
        return width <= height ? (Resolution, (int)resizedLong) : ((int)resizedLong, Resolution);
    }

    private RgbImage Crop(RgbImage image, int top, int left, bool isFlipped)
    {
        var pixels = new byte[Resolution * Resolution * 3];
        for (int y = 0; y < Resolution; y++)
        {
            var target = pixels.AsSpan(y * Resolution * 3, Resolution * 3);
            image.Pixels.Slice(((top + y) * image.Width + left) * 3, target.Length).CopyTo(target);
            if (isFlipped)
                Mirror(target);
        }

        return new(Resolution, Resolution, pixels);
    }

    private static void Mirror(Span<byte> row)
    {
        row.Reverse();
        // Reversed byte by byte: in each pixel, red and blue have changed places.
        for (int i = 0; i < row.Length; i += 3)
            (row[i], row[i + 2]) = (row[i + 2], row[i]);
    }
}
