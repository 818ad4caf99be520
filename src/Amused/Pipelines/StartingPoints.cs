using Amused.Imaging;
using Amused.Sampling;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>Makes the <see cref="StartingPoint"/> of each kind of request.</summary>
internal sealed class StartingPoints(LoadedModels models, PictureCodec codec, SamplingSettings settings, BatchLayout layout, ICollection<string> notices, CancellationToken cancellation)
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
        var masked = full([1L, rows, columns], MaskTokenId, dtype: ScalarType.Int64);
        return new(columns * models.Size.Factor, rows * models.Size.Factor, [masked], models.Scheduler.MaskingSchedule);
    }

    private StartingPoint FromTokens(TextToImageRequest request, IReadOnlyList<TokenGrid> grids)
    {
        if (grids.Count != 1 && grids.Count != layout.ImageCount)
            throw new InvalidRequestException($"{grids.Count} starting token grids for {layout.ImageCount} images: give one for each, or one for all");
        var factor = models.Size.Factor;
        var (width, height) = (grids[0].Columns * factor, grids[0].Rows * factor);
        if (grids.Any(grid => grid.Columns * factor != width || grid.Rows * factor != height) || (request.Width ?? width) != width || (request.Height ?? height) != height)
            throw new InvalidRequestException($"the starting tokens are not all of the size that is asked for, {request.Width ?? width} × {request.Height ?? height} pixels at {factor} pixels a token");
        models.Size.GridOf(width, height);
        foreach (var grid in grids)
            foreach (var id in grid.Ids)
                if (id != MaskTokenId && (id < 0 || id >= models.Vq.Config.NumVqEmbeddings))
                    throw new InvalidRequestException($"starting tokens: {id} is neither a code, 0 to {models.Vq.Config.NumVqEmbeddings - 1}, nor the mask token {MaskTokenId}");
        return new(width, height, [.. grids.Select(grid => TokenTensors.ToTensor([grid]))], models.Scheduler.MaskingSchedule) { PerImage = grids.Count > 1 };
    }

    private StartingPoint FromPictures(ImageToImageRequest request)
    {
        var start = settings.StartIndex(request.Strength);
        var pictures = Fit(request.Images);
        return new(pictures[0].Width, pictures[0].Height, [.. pictures.Select(Encode)], models.Scheduler.MaskingSchedule, start) { AddNoise = true };
    }

    private StartingPoint FromMaskedPictures(InpaintRequest request)
    {
        var start = settings.StartIndex(request.Strength);
        var pictures = Fit(request.Images);
        var (width, height) = (pictures[0].Width, pictures[0].Height);
        foreach (var mask in request.Masks.Where(mask => mask.Width != request.Images[0].Width || mask.Height != request.Images[0].Height))
            notices.Add($"a mask of {mask.Width} × {mask.Height} is resized to the picture's {request.Images[0].Width} × {request.Images[0].Height}");

        var encoded = pictures.Select(Encode).ToList();
        var masks = request.Masks.Select(mask => MaskTokens(mask, width / models.Size.Factor, height / models.Size.Factor)).ToList();
        if (masks.Any(mask => !mask.any().item<bool>()))
            notices.Add("a mask is black everywhere, so nothing is made anew there: white is what is made anew");
        var count = Math.Max(encoded.Count, masks.Count);
        var tokens = Enumerable.Range(0, count).Select(i => encoded[encoded.Count == 1 ? 0 : i].masked_fill(masks[masks.Count == 1 ? 0 : i], MaskTokenId));
        return new(width, height, [.. tokens], MaskingSchedule.Linear, start)
        {
            ScaleByMaskedShare = true,
            Originals = request.Composite ? pictures : [],
            Masks = request.Composite ? [.. request.Masks.Select(mask => mask.ToGrey())] : [],
        };
    }

    private Tensor Encode(RgbImage picture)
    {
        cancellation.ThrowIfCancellationRequested();
        return codec.Encode(picture);
    }

    /// <summary>The mask on the token grid, (1, h, w) bool: resized straight from its own size, made grey, then cut at one half.</summary>
    private static Tensor MaskTokens(RgbImage mask, int columns, int rows)
    {
        var grey = mask.Resize(columns, rows, ResampleFilter.Lanczos).ToGrey();
        bool[] white = [.. grey.Pixels.ToArray().Select(value => value / 255f >= 0.5f)];
        return tensor(white, [1, rows, columns], ScalarType.Bool);
    }

    /// <summary>Resizes pictures down to what the model takes.</summary>
    private List<RgbImage> Fit(IReadOnlyList<RgbImage> images)
    {
        var first = images[0];
        if (images.Any(image => image.Width != first.Width || image.Height != first.Height))
            throw new InvalidRequestException($"the pictures of a batch must have one size: not all are {first.Width} × {first.Height}");
        var (width, height) = models.Size.Within(first.Width, first.Height);
        if (width == first.Width && height == first.Height)
            return [.. images];
        notices.Add($"a picture of {first.Width} × {first.Height} is resized to {width} × {height}: the model takes multiples of {models.Size.Multiple}");
        return [.. images.Select(image => image.Resize(width, height, ResampleFilter.Lanczos))];
    }
}
