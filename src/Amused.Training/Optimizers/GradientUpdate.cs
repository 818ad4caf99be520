using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>What became of an update.</summary>
/// <param name="GradientNorm">The length of all gradients together, before clipping and without the loss scale; not finite where one gradient wasn't.</param>
/// <param name="Applied">False when a gradient was not finite: nothing was changed but the loss scale.</param>
internal readonly record struct GradientUpdateResult(double GradientNorm, bool Applied);

/// <summary>
/// From losses to an update of the parameters: gradients of several batches add up, are freed from the loss scale, clipped to a length, and given to the optimizer.
/// Gradients that are not finite never reach the parameters.
/// </summary>
/// <param name="optimizer">Makes the update; stays the caller's.</param>
internal sealed class GradientUpdate(IOptimizer optimizer)
{
    /// <summary>Keeps the division by the length apart from 0.</summary>
    private const double ClippingEpsilon = 1e-6;

    /// <summary>Over how many batches gradients are averaged before each update, 1 or more. The default is 1.</summary>
    /// <exception cref="InvalidRequestException">The value is below 1.</exception>
    public int AccumulationSteps
    {
        get;
        init => field = value >= 1 ? value : throw new InvalidRequestException($"gradient accumulation over {value} batches: must be 1 or more");
    } = 1;

    /// <summary>The length that all gradients together are cut to (Pascanu et al., 2013); above 0. Infinite by default: not cut.</summary>
    /// <exception cref="InvalidRequestException">The value is not above 0.</exception>
    public double MaxGradientNorm
    {
        get;
        init => field = value > 0 ? value : throw new InvalidRequestException($"largest gradient norm {value}: must be above 0");
    } = double.PositiveInfinity;

    /// <summary>The loss scale of float16; null (the default) for wider types. Stays the caller's.</summary>
    public GradScaler? Scaler { get; init; }

    /// <summary>Adds the gradients of one batch's loss to those of the parameters.</summary>
    /// <param name="loss">A scalar: the batch's mean.</param>
    public void Backward(Tensor loss)
    {
        using var scope = NewDisposeScope();
        var factor = (Scaler?.Scale ?? 1.0) / AccumulationSteps;
        (factor == 1 ? loss : loss * factor).backward();
    }

    /// <summary>Updates the parameters with the gradients of <see cref="AccumulationSteps"/> batches, and forgets the gradients.</summary>
    /// <param name="learningRate">The learning rate of this update.</param>
    public GradientUpdateResult Apply(double learningRate)
    {
        var lossScale = Scaler?.Scale ?? 1.0;
        var norm = GradientNorm.Of(optimizer.Parameters.Select(entry => entry.Value)) / lossScale;
        var isFinite = double.IsFinite(norm);
        if (isFinite)
            optimizer.Step(learningRate, ClippingFactor(norm) / lossScale);
        Scaler?.Update(overflowed: !isFinite);
        optimizer.ClearGradients();
        return new(norm, isFinite);
    }

    private double ClippingFactor(double norm) => Math.Min(1, MaxGradientNorm / (norm + ClippingEpsilon));
}
