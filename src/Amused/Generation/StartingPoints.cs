using Amused.Images;
using Amused.Networks;
using Amused.Sampling;

namespace Amused;

/// <summary>Makes the <see cref="StartingPoint"/> of each kind of request.</summary>
internal sealed class StartingPoints(LoadedModels models, IPictureCodec codec, SamplingSettings settings, ImageLayout layout,
    ICollection<string> notices, CancellationToken cancellation)
{
    private int MaskTokenId => models.Scheduler.MaskTokenId;

    public StartingPoint Of(GenerationRequest request) => request switch
    {
        TextToImageRequest { StartingTokens: { Count: > 0 } tokens } text => FromTokens(text, tokens),
        TextToImageRequest text => FromNothing(text),
        ImageToImageRequest image => FromPictures(image),
        InpaintRequest inpaint => FromMaskedPictures(inpaint),
        _ => throw new ArgumentException($"{request.GetType()} is no kind of request that is known"),
    };

    private StartingPoint FromNothing(TextToImageRequest request)
    {
        var (rows, columns) = models.Size.GridOf(request.Width, request.Height);
        int[] masked = [.. Enumerable.Repeat(MaskTokenId, rows * columns)];
        return new(columns * models.Size.Factor, rows * models.Size.Factor, [new(rows, columns, masked)], models.Scheduler.MaskingSchedule);
    }

    private StartingPoint FromTokens(TextToImageRequest request, IReadOnlyList<TokenGrid> grids)
    {
        if (grids.Count != 1 && grids.Count != layout.ImageCount)
            throw new InvalidRequestException(
                $"{grids.Count} starting token grids for {layout.ImageCount} images: give one for each, or one for all");
        var factor = models.Size.Factor;
        var (width, height) = (grids[0].Columns * factor, grids[0].Rows * factor);
        if (grids.Any(grid => grid.Columns * factor != width || grid.Rows * factor != height) || (request.Width ?? width) != width
            || (request.Height ?? height) != height)
            throw new InvalidRequestException(
                $"the starting tokens are not all of the size that is asked for, {request.Width ?? width} × {request.Height ?? height} "
                + $"pixels at {factor} pixels a token");
        models.Size.GridOf(width, height);
        foreach (var grid in grids)
            foreach (var id in grid.Ids)
                if (id != MaskTokenId && (id < 0 || id >= models.Vq.Config.NumVqEmbeddings))
                    throw new InvalidRequestException(
                        $"starting tokens: {id} is neither a code, 0 to {models.Vq.Config.NumVqEmbeddings - 1}, nor the mask token "
                        + $"{MaskTokenId}");
        return new(width, height, grids, models.Scheduler.MaskingSchedule) { PerImage = grids.Count > 1 };
    }

    private StartingPoint FromPictures(ImageToImageRequest request)
    {
        var start = settings.StartIndex(request.Strength);
        var pictures = Scaled(request.Images, request, request.OwnSize);
        return new(pictures[0].Width, pictures[0].Height, [.. pictures.Select(Encode)], models.Scheduler.MaskingSchedule,
            start) { AddNoise = true };
    }

    private StartingPoint FromMaskedPictures(InpaintRequest request)
    {
        var start = settings.StartIndex(request.Strength);
        var pictures = Scaled(request.Images, request, request.OwnSize);
        var (width, height) = (pictures[0].Width, pictures[0].Height);
        foreach (var mask in request.Masks.Where(mask => mask.Width != request.Images[0].Width || mask.Height != request.Images[0].Height))
            notices.Add(
                $"a mask of {mask.Width} × {mask.Height} is resized to the picture's {request.Images[0].Width} × "
                + $"{request.Images[0].Height}");

        var encoded = pictures.Select(Encode).ToList();
        var masks = request.Masks.Select(mask => MaskTokens(mask, width / models.Size.Factor, height / models.Size.Factor)).ToList();
        if (masks.Any(mask => !mask.Contains(true)))
            notices.Add("a mask is black everywhere, so nothing is made anew there: white is what is made anew");
        var count = Math.Max(encoded.Count, masks.Count);
        var tokens = Enumerable.Range(0, count)
            .Select(i => encoded[encoded.Count == 1 ? 0 : i].Mask(masks[masks.Count == 1 ? 0 : i], MaskTokenId));
        return new(width, height, [.. tokens], MaskingSchedule.Linear, start)
        {
            ScaleByMaskedShare = true,
            Originals = request.Composite ? pictures : [],
            Masks = request.Composite ? [.. request.Masks.Select(mask => mask.ToGrey())] : [],
        };
    }

    private TokenGrid Encode(RgbImage picture)
    {
        cancellation.ThrowIfCancellationRequested();
        return codec.Encode(picture);
    }

    /// <summary>Whether each token is masked: the mask is resized straight from its own size, made grey, then cut at one half.</summary>
    private static bool[] MaskTokens(RgbImage mask, int columns, int rows)
    {
        var grey = mask.Resize(columns, rows, ResampleFilter.Lanczos).ToGrey();
        return [.. grey.Pixels.ToArray().Select(value => value / 255f >= 0.5f)];
    }

    /// <summary>The pictures at the size that is made.</summary>
    private List<RgbImage> Scaled(IReadOnlyList<RgbImage> images, GenerationRequest request, bool ownSize)
    {
        if (ownSize && (request.Width ?? request.Height) is not null)
            throw new InvalidRequestException("a size and the picture's own size are both asked for: give one of the two");
        (int Width, int Height) SizeOf(RgbImage image) =>
            ownSize
                ? models.Size.Within(image.Width, image.Height)
                : models.Size.Of(request.Width, request.Height, image.Width, image.Height);
        var size = SizeOf(images[0]);
        if (images.FirstOrDefault(image => SizeOf(image) != size) is { } other)
            throw new InvalidRequestException(
                $"the pictures of a batch must come to one size: one of {images[0].Width} × {images[0].Height} gives {size.Width} × "
                    + $"{size.Height}, "
                + $"one of {other.Width} × {other.Height} gives {SizeOf(other).Width} × {SizeOf(other).Height}; give a width and a "
                    + "height, or make them one by one");
        foreach (var notice in images.Select(image => SizeNotice(image, size, request, ownSize)).OfType<string>().Distinct())
            notices.Add(notice);
        return [.. images.Select(image =>
            (image.Width, image.Height) == size ? image : image.Resize(size.Width, size.Height, ResampleFilter.Lanczos))];
    }

    /// <summary>What is to be said of a picture that is scaled; null where it has the size that was asked for, and its shape.</summary>
    private string? SizeNotice(RgbImage image, (int Width, int Height) size, GenerationRequest request, bool ownSize)
    {
        if ((image.Width, image.Height) == size)
            return null;
        var scaled = $"a picture of {image.Width} × {image.Height} is scaled to {size.Width} × {size.Height}";
        if (ownSize)
            return $"{scaled}: the model takes multiples of {models.Size.Multiple}";
        var stretched = PictureSize.ChangesShape(image.Width, image.Height, size.Width, size.Height);
        if ((request.Width ?? request.Height) is not null)
            return stretched ? $"{scaled}, which changes its shape" : null;
        return $"{scaled}: the model was made for pictures of {models.Size.Default} × "
            + $"{models.Size.Default}{(stretched ? ", and for none of this shape, which changes" : "")}";
    }
}
