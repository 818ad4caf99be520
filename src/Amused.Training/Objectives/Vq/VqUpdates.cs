using Amused.Networks.Vqgan;
using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The updates of a VQGAN, one by one: losses, gradients, optimizer, codebook, discriminator, average.</summary>
internal sealed class VqUpdates : IDisposable
{
    private const string CodebookKey = "quantize.embedding.weight";
    private const int ClusterIterations = 20;

    /// <summary>How the names of the parameters begin that turn codes into pixels.</summary>
    private static readonly string[] DecoderKeys = ["decoder.", "post_quant_conv."];

    private readonly VqNetwork network;
    private readonly VqTrainingConfig config;
    private readonly ReconstructionLoss reconstructionLoss;
    private readonly IOptimizer optimizer;
    private readonly GradientUpdate update;
    private readonly CodebookUse use;
    private readonly AdversarialLoss? adversary;
    private readonly EmaWeights? average;
    private readonly ScalarType computeType;

    /// <summary>Prepares the training of a network, which stays the caller's.</summary>
    public VqUpdates(VqNetwork network, VqTrainingConfig config)
    {
        (this.network, this.config) = (network, config);
        computeType = config.MixedPrecision.StorageType();
        reconstructionLoss = new(config.Reconstruction);
        IEnumerable<KeyValuePair<string, Tensor>> trained = config.DecoderOnly ? DecoderOf(network) : network.Parameters;
        AdamWOptions adam = new() { Beta2 = 0.99, Decay = 0 };
        optimizer = config.Optimizer == OptimizerKind.Muon ? new Muon(trained, new() { Others = adam, ProductType = computeType }) : new AdamW(trained, adam);
        update = new(optimizer) { MaxGradientNorm = config.MaxGradientNorm > 0 ? config.MaxGradientNorm : double.PositiveInfinity };
        use = new(network.Model.Quantizer, config.DecoderOnly ? 0 : config.ReviveAfter, config.Seed);
        adversary = config.Discriminator.Enabled ? new(config.Discriminator, config.Seed + 1) : null;
        average = config.Ema.Enabled ? new(trained, config.Ema.Options) : null;
    }

    /// <summary>How many steps were made. Set when a run begins.</summary>
    public long StepsDone { get; set; }

    /// <summary>All that a resumed run must find again, but for the weights.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        [.. optimizer.Under("optimizer"), .. use.Under("codebook"), .. adversary.Under("discriminator"), .. average.Under("average")];

    /// <summary>Makes one update.</summary>
    /// <param name="batch">The pictures; the caller's.</param>
    /// <param name="phase">The phase that the step belongs to.</param>
    /// <param name="stepOfPhase">How many steps of the phase came before.</param>
    public VqStepReport Step(VqBatch batch, VqPhase phase, long stepOfPhase)
    {
        using var scope = NewDisposeScope();
        var pixels = batch.Pixels;
        var pass = Forward(pixels, phase.Quantizes);
        var reconstruction = reconstructionLoss.Compute(pass.Reconstruction, pixels, batch.Weights);
        var loss = pass.Quantizer is { } quantized && !config.DecoderOnly ? reconstruction + quantized.CommitmentLoss * config.CommitmentWeight : reconstruction;
        var locality = Locality(batch, pass);
        if (locality is not null)
            loss += locality.Loss * config.LocalityWeight;

        var isAdversarial = adversary?.IsActive(StepsDone) ?? false;
        var (opinion, weight) = isAdversarial ? adversary!.OfDecoder(pass.Reconstruction, reconstruction, network.LastLayer) : (null, 0);
        update.Backward(opinion is null ? loss : loss + opinion);
        var rate = phase.Schedule.At(stepOfPhase);
        var result = update.Apply(rate);
        var judgement = isAdversarial ? new DiscriminatorReport(adversary!.TrainStep(pixels, pass.Reconstruction), weight) : null;
        if (result.Applied)
            average?.Update();
        StepsDone++;
        return new()
        {
            Step = StepsDone, Phase = phase.Name, Pictures = pixels.shape[0], Loss = loss.item<float>(), ReconstructionLoss = reconstruction.item<float>(),
            Psnr = Psnr(pass.Reconstruction, pixels), LearningRate = rate, GradientNorm = result.GradientNorm, Applied = result.Applied,
            KeptCodes = locality?.Kept,
            Codebook = pass.Quantizer is null ? null : Watch(pass, result.Applied), Discriminator = judgement,
        };
    }

    /// <summary>Makes the codebook anew, of clusters of what the encoder says of pictures.</summary>
    /// <param name="batches">Pictures; taken and freed one after the other until there are enough latents.</param>
    /// <returns>The error that the new codes make, as a share of the latents' variance.</returns>
    public double ClusterCodebook(IEnumerable<VqBatch> batches)
    {
        using var noGrad = no_grad();
        using Generator random = new((ulong)config.Seed);
        using var scope = NewDisposeScope();
        var codebook = network.Model.Quantizer.Codebook;
        var wanted = codebook.shape[0] * config.ClusterSamplesPerCode;
        List<Tensor> samples = [];
        foreach (var batch in batches)
        {
            using (batch)
                samples.Add(LatentRows(batch, random));
            if (samples.Sum(rows => rows.shape[0]) >= wanted)
                break;
        }
        var points = cat(samples);
        var centres = KMeans.Centres(points, codebook.shape[0], ClusterIterations, config.Seed);
        codebook.copy_(centres);
        use.Reset();
        CopyCodebookToAverage();
        return KMeans.RelativeError(points, centres);
    }

    /// <summary>What the network makes of pictures, (B, 3, H, W) float32 clipped to [0, 1].</summary>
    /// <param name="pixels">(B, 3, H, W) float32 in [0, 1].</param>
    /// <param name="quantize">Whether latents are replaced by codes.</param>
    public Tensor Reconstruct(Tensor pixels, bool quantize = true)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Forward(pixels, quantize).Reconstruction.clamp(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Peak signal-to-noise ratio in dB; what lies outside [0, 1] is clipped first. Infinite for equal pictures.</summary>
    public static double Psnr(Tensor reconstruction, Tensor pixels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return -10 * Math.Log10((reconstruction.detach().clamp(0, 1) - pixels).square().mean().item<float>());
    }

    /// <summary>Does something with the weights as they are meant to be used: averaged, where averages are kept.</summary>
    public T WithAverage<T>(Func<T> work) => EmaWeights.Swapped(average, work);

    /// <summary>Frees all but the network.</summary>
    public void Dispose()
    {
        optimizer.Dispose();
        use.Dispose();
        adversary?.Dispose();
        average?.Dispose();
    }

    /// <summary>The decoder's parameters; the others need no gradients from now on.</summary>
    private static KeyValuePair<string, Tensor>[] DecoderOf(VqNetwork network)
    {
        var byPart = network.Parameters.ToLookup(entry => DecoderKeys.Any(key => entry.Key.StartsWith(key, StringComparison.Ordinal)));
        foreach (var (_, parameter) in byPart[false])
            parameter.requires_grad_(false);
        return [.. byPart[true]];
    }

    private Pass Forward(Tensor pixels, bool quantize)
    {
        var latents = Encode(pixels);
        var quantized = quantize ? network.Model.Quantizer.Quantize(latents) : null;
        var reconstruction = network.Model.Decode((quantized?.Quantized ?? latents).to(computeType)).to(ScalarType.Float32);
        return new(latents, quantized, reconstruction);
    }

    private LocalityOutput? Locality(VqBatch batch, Pass pass) => pass.Quantizer is { } quantized && config.LocalityWeight > 0 && !config.DecoderOnly
        ? LocalityLoss.Compute(
            batch.Pixels, quantized.Ids, batch.TokenWeights(quantized.Ids.shape[1], quantized.Ids.shape[2]), Encode, network.Model.Quantizer.Codebook,
            new(RandomPurpose.Paste, config.Seed, StepsDone))
        : null;

    /// <summary>The latents in float32: the nearest code is a matter of small differences.</summary>
    private Tensor Encode(Tensor pixels) => network.Model.Encode(pixels.to(computeType)).to(ScalarType.Float32);

    /// <summary>What the encoder says of places, (N, D): of as many as they count for.</summary>
    private Tensor LatentRows(VqBatch batch, Generator random)
    {
        using var scope = NewDisposeScope();
        var latents = Encode(batch.Pixels);
        var rows = latents.permute(0, 2, 3, 1).reshape(-1, latents.shape[1]);
        if (batch.TokenWeights(latents.shape[2], latents.shape[3]) is { } weights)
            rows = rows[weights.flatten() / weights.max() > rand([rows.shape[0]], generator: random)];
        return rows.MoveToOuterDisposeScope();
    }

    /// <summary>Watches which codes are used; not in a step that was left out, whose latents may be no numbers and would become codes later.</summary>
    private CodebookReport Watch(Pass pass, bool isApplied)
    {
        var revived = isApplied ? use.Observe(pass.Quantizer!.Ids, pass.Latents) : 0;
        if (revived > 0)
            CopyCodebookToAverage();
        return new(pass.Quantizer!.CommitmentLoss.item<float>(), use.UsedCodes, use.Perplexity, revived);
    }

    /// <summary>Codes that jump have no average.</summary>
    private void CopyCodebookToAverage()
    {
        using var noGrad = no_grad();
        average?.Shadows.Single(entry => entry.Key == CodebookKey).Value.copy_(network.Model.Quantizer.Codebook);
    }

    private sealed record Pass(Tensor Latents, QuantizerOutput? Quantizer, Tensor Reconstruction);
}
