using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Which tokens of an image are hidden in training. Per image a time t ~ U(0, 1) gives the share cos(t·π/2) (Chang et al., 2022, section 3.3), at least
/// <see cref="MinMaskingRate"/>; round(tokens · share) places, half to even and at least one, are masked: scattered, or now and then as one rectangle.
/// </summary>
internal sealed record TokenMasking
{
    /// <summary>The smallest share of tokens that is masked, 0 to 1. The default is 0.</summary>
    /// <exception cref="InvalidRequestException">The value is out of range.</exception>
    public double MinMaskingRate { get; init => field = Probability(value, "minimum masking rate"); }

    /// <summary>
    /// The chance that an image's masked places form one rectangle, 0 to 1. The default is 0; the published 512 model was trained with 0.15
    /// (aMUSEd report, appendix). A rectangle of whole rows and columns may cover a few places more than were asked for.
    /// </summary>
    /// <exception cref="InvalidRequestException">The value is out of range.</exception>
    public double ContiguousProbability { get; init => field = Probability(value, "chance of a contiguous mask"); }

    /// <summary>Draws the masks of a batch.</summary>
    /// <param name="tokens">The images' codes, (B, H, W) int64, on any device.</param>
    /// <param name="maskTokenId">The id of the mask token.</param>
    /// <param name="generator">
    /// A CPU generator. Drawn from it: B uniform numbers for the times, then B × H·W for the places; only with <see cref="ContiguousProbability"/> above 0
    /// then B × 4 more for the rectangles.
    /// </param>
    public MaskedTokens Draw(Tensor tokens, long maskTokenId, Generator generator)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (batch, rows, columns) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
        var counts = Counts(rand(batch, generator: generator), rows * columns);
        var order = rand([batch, rows * columns], generator: generator).argsort(-1);
        var mask = order.lt(counts.unsqueeze(-1)).view(batch, rows, columns);
        if (ContiguousProbability > 0)
            mask = WithRectangles(mask, counts, rand([batch, 4], generator: generator));
        mask = mask.to(tokens.device);
        return new(
            tokens.masked_fill(mask, maskTokenId).MoveToOuterDisposeScope(),
            tokens.masked_fill(mask.logical_not(), MaskedTokenLoss.Ignored).MoveToOuterDisposeScope());
    }

    // In float32 throughout, as the published script: double would round some counts the other way.
    private Tensor Counts(Tensor times, long tokens) =>
        (times * (Math.PI / 2)).cos().clamp(MinMaskingRate).mul(tokens).round().clamp(1);

    /// <summary>Replaces some images' masks by rectangles: draws (B, 4) uniform numbers, for the choice, the height and the place of each.</summary>
    private Tensor WithRectangles(Tensor mask, Tensor counts, Tensor draws)
    {
        var replaced = mask.clone();
        var (rows, columns) = (mask.shape[1], mask.shape[2]);
        for (var image = 0; image < mask.shape[0]; image++)
        {
            if (draws[image, 0].item<float>() >= ContiguousProbability)
                continue;
            var rectangle = MaskRectangle.Of((long)counts[image].item<float>(), rows, columns, draws[image, 1].item<float>(), draws[image, 2].item<float>(), draws[image, 3].item<float>());
            var one = replaced[image].zero_();
            one.narrow(0, rectangle.Top, rectangle.Height).narrow(1, rectangle.Left, rectangle.Width).fill_(true);
        }
        return replaced;
    }

    private static double Probability(double value, string what) =>
        value is >= 0 and <= 1 ? value : throw new InvalidRequestException($"{what} {value}: must be from 0 to 1");
}

/// <summary>A block of masked places of a grid.</summary>
internal readonly record struct MaskRectangle(long Top, long Left, long Height, long Width)
{
    /// <summary>
    /// A rectangle of about <paramref name="count"/> places (1 to rows · columns), at least as many: the height is drawn from all that leave a width that fits,
    /// the width follows, the place is drawn from all inside the grid.
    /// </summary>
    /// <param name="count">How many places are to be covered.</param>
    /// <param name="rows">The grid's rows.</param>
    /// <param name="columns">The grid's columns.</param>
    /// <param name="height">A uniform number from [0, 1) for the height; the other two likewise for the place.</param>
    /// <param name="top">For the first row.</param>
    /// <param name="left">For the first column.</param>
    public static MaskRectangle Of(long count, long rows, long columns, double height, double top, double left)
    {
        var tall = Choose(CeilingDivide(count, columns), Math.Min(rows, count), height);
        var wide = CeilingDivide(count, tall);
        return new(Choose(0, rows - tall, top), Choose(0, columns - wide, left), tall, wide);
    }

    private static long Choose(long least, long most, double uniform) => least + Math.Min((long)(uniform * (most - least + 1)), most - least);

    private static long CeilingDivide(long number, long divisor) => (number + divisor - 1) / divisor;
}
