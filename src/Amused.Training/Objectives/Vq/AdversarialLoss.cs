using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// The discriminator with its optimizer: what it makes the decoder's loss, and its own steps by the hinge loss. Its word has as much weight as the reconstruction's, measured
/// at the decoder's last layer (Esser et al., 2021, equation 7).
/// </summary>
internal sealed class AdversarialLoss : ITrainingState, IDisposable
{
    private const double LeastGradient = 1e-4, MostWeight = 1e4;

    private readonly DiscriminatorSettings options;
    private readonly PatchDiscriminator discriminator;
    private readonly ParameterSet parameters = new();
    private readonly AdamW optimizer;
    private readonly GradientUpdate update;

    public AdversarialLoss(DiscriminatorSettings options, long seed)
    {
        this.options = options;
        using RandomSource source = new(seed);
        discriminator = new(options, new(source, parameters));
        foreach (var (_, parameter) in parameters)
            parameter.requires_grad_(true);
        optimizer = new(parameters, new() { Beta1 = 0.5, Beta2 = 0.9, Decay = 0 });
        update = new(optimizer) { MaxGradientNorm = 10 };
    }

    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        parameters.Concat(optimizer.State.Select(entry => KeyValuePair.Create($"optimizer.{entry.Key}", entry.Value)));

    /// <summary>Whether the discriminator takes part in a step of the run.</summary>
    public bool IsActive(long step) => step >= options.StartStep;

    /// <summary>What is added to the decoder's loss.</summary>
    /// <param name="reconstruction">(B, 3, H, W) float32, with its graph.</param>
    /// <param name="reconstructionLoss">The other loss of it, with its graph.</param>
    /// <param name="lastLayer">The weight of the decoder's last layer.</param>
    /// <returns>The term with its graph, and the adaptive weight.</returns>
    public (Tensor Loss, double Weight) OfDecoder(Tensor reconstruction, Tensor reconstructionLoss, Tensor lastLayer)
    {
        using var scope = NewDisposeScope();
        var loss = -discriminator.Forward(reconstruction).mean();
        var weight = Math.Min(LengthOfGradient(reconstructionLoss, lastLayer) / (LengthOfGradient(loss, lastLayer) + LeastGradient), MostWeight);
        return ((loss * (weight * options.Weight)).MoveToOuterDisposeScope(), weight);
    }

    /// <summary>One step of the discriminator: real judgements above 1, others below −1.</summary>
    /// <returns>Its loss: 1 when it can't tell them apart, 0 when it always can.</returns>
    public double TrainStep(Tensor pixels, Tensor reconstruction)
    {
        using var scope = NewDisposeScope();
        // The decoder's own loss has left gradients here.
        optimizer.ClearGradients();
        var real = nn.functional.relu(1 - discriminator.Forward(pixels)).mean();
        var made = nn.functional.relu(1 + discriminator.Forward(reconstruction.detach())).mean();
        var loss = (real + made) * 0.5;
        update.Backward(loss);
        update.Apply(options.LearningRate);
        return loss.item<float>();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        parameters.Dispose();
    }

    private static double LengthOfGradient(Tensor loss, Tensor weight)
    {
        using var scope = NewDisposeScope();
        return autograd.grad([loss], [weight], retain_graph: true)[0].norm().item<float>();
    }
}
