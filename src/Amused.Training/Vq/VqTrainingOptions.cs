using Amused.Weights;

namespace Amused.Training.Vq;

/// <summary>
/// How a VQGAN is trained. Together with the data, the thread count and the weights at the start it decides the result: everything that is drawn derives from <see cref="Seed"/>
/// and the step's number.
/// </summary>
/// <remarks>
/// Quantising from the start freezes the encoder on its first codes. So the default phases train an auto-encoder first, on crops, which gives the most
/// steps in a given time; then on whole pictures, because a group norm sees other statistics on a crop; and only then put codes in the place of latents,
/// which clusters of what the encoder says by then make a good start for.
/// </remarks>
public sealed record VqTrainingOptions
{
    /// <summary>The side to which pictures are scaled and cut, in pixels: a multiple of the VQ factor.</summary>
    /// <value>The default value is 128.</value>
    public int Resolution { get; init; } = 128;

    /// <summary>The phases, one after the other; at least one.</summary>
    /// <value>The default value is <see cref="DefaultPhases"/> with crops of half the side.</value>
    public IReadOnlyList<VqPhase> Phases { get; init; } = DefaultPhases(cropSize: 64);

    /// <summary>What makes a reconstruction a good one.</summary>
    public ReconstructionLossOptions Reconstruction { get; init; } = new();

    /// <summary>The weight of the commitment loss (in the legacy form of <see cref="Vqgan.QuantizerOutput.CommitmentLoss"/>).</summary>
    /// <value>0 or more. The default value is 0.25.</value>
    public double CommitmentWeight { get; init; } = 0.25;

    /// <summary>The patch discriminator.</summary>
    /// <value>The default value is null: none.</value>
    public DiscriminatorOptions? Discriminator { get; init; }

    /// <summary>After how many quantised steps without use a code is replaced by a recent output of the encoder; null: never.</summary>
    /// <value>At least 1. The default value is 100.</value>
    public long? ReviveAfter { get; init; } = 100;

    /// <summary>How many latents per code the clusters are made from.</summary>
    /// <value>At least 1. The default value is 40.</value>
    public int ClusterSamplesPerCode { get; init; } = 40;

    /// <summary>The decay of the averaged weights that are written in the end; null: the last weights are.</summary>
    /// <value>0 to 1. The default value is null.</value>
    public double? EmaDecay { get; init; }

    /// <summary>Whether activations are bfloat16; weights, latents and losses stay float32.</summary>
    /// <value>The default value is false.</value>
    public bool UsesBFloat16 { get; init; }

    /// <summary>The length that gradients are cut to.</summary>
    /// <value>Above 0. The default value is 1.</value>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Whether half of the pictures are mirrored.</summary>
    /// <value>The default value is false.</value>
    public bool RandomFlip { get; init; }

    /// <summary>What order, crops, clusters and revivals derive from; also new weights.</summary>
    /// <value>The default value is 0.</value>
    public long Seed { get; init; }

    /// <summary>How many updates there are in all.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long TotalSteps => Phases.Sum(phase => phase.Steps);

    /// <summary>Auto-encoder on crops, auto-encoder on whole pictures, then quantised.</summary>
    /// <param name="cropSize">The crops' side in pixels.</param>
    /// <param name="cropSteps">Steps on crops; 0 leaves the phase out, as for the others.</param>
    /// <param name="wholeSteps">Steps on whole pictures.</param>
    /// <param name="quantizedSteps">Steps with codes in the place of latents.</param>
    /// <param name="batchSize">Crops in a step; a step on whole pictures has half as many.</param>
    /// <param name="learningRate">The rate on crops; half of it on whole pictures.</param>
    public static IReadOnlyList<VqPhase> DefaultPhases(
        int cropSize, long cropSteps = 20_000, long wholeSteps = 3_000, long quantizedSteps = 4_000, int batchSize = 8, double learningRate = 1e-3)
    {
        var whole = Math.Max(1, batchSize / 2);
        VqPhase[] phases =
        [
            new() { Name = "crops", Steps = cropSteps, CropSize = cropSize, BatchSize = batchSize, LearningRate = learningRate },
            new() { Name = "whole", Steps = wholeSteps, BatchSize = whole, LearningRate = learningRate / 2 },
            new() { Name = "quantized", Steps = quantizedSteps, BatchSize = whole, LearningRate = learningRate / 2, Quantizes = true, ClustersCodebook = true },
        ];
        return [.. phases.Where(phase => phase.Steps > 0)];
    }

    /// <summary>Reads options from a JSON file, keys in snake_case; what isn't there keeps its default.</summary>
    /// <example><code>{ "resolution": 128, "phases": [{ "name": "crops", "steps": 20000, "crop_size": 64 }], "reconstruction": { "detail": 2 } }</code></example>
    /// <exception cref="BrokenInputException">The file is missing or unusable, or has a key that is no option.</exception>
    public static VqTrainingOptions Read(string path)
    {
        var known = ConfigJson.ToObject(new VqTrainingOptions());
        if (ConfigJson.ReadObject(path).FirstOrDefault(entry => !known.ContainsKey(entry.Key)).Key is { } unknown)
            throw FileFault.Of(path, $"{FileFault.Quote(unknown)} is no option of VQ training; there are {string.Join(", ", known.Select(entry => entry.Key))}");
        return ConfigJson.Read<VqTrainingOptions>(path);
    }

    /// <exception cref="InvalidRequestException">A value is out of range; the message names it.</exception>
    internal void Validate(int factor)
    {
        if (Resolution < factor || Resolution % factor != 0)
            throw new InvalidRequestException($"a resolution of {Resolution} is not possible: the VQ model takes multiples of {factor}");
        if (Phases.Count == 0)
            throw new InvalidRequestException("the plan has no phases: at least one with a step or more is needed");
        foreach (var phase in Phases)
            phase.Validate(Resolution, factor);
        Reconstruction.Validate();
        Discriminator?.Validate();
        Require(CommitmentWeight >= 0, $"a commitment weight of {CommitmentWeight} is not possible: 0 or more");
        Require(ReviveAfter is null or >= 1, $"reviving codes after {ReviveAfter} steps is not possible: at least 1");
        Require(ClusterSamplesPerCode >= 1, $"{ClusterSamplesPerCode} samples per code are not possible: at least 1");
        Require(EmaDecay is null or (>= 0 and <= 1), $"an average's decay of {EmaDecay} is not possible: 0 to 1");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidRequestException(otherwise);
    }
}
