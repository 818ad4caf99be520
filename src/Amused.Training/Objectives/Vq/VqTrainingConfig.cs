using System.Text.Json.Nodes;
using Amused.Runtime;
using Amused.Weights;

namespace Amused.Training;

/// <summary>
/// Everything that a VQGAN's run depends on. Written beside every checkpoint as <c>training.json</c>, from which the run can be repeated; keys there are these names in
/// snake_case. All chance derives from <see cref="Seed"/> and the step's number.
/// </summary>
public sealed record VqTrainingConfig
{
    private static readonly Dictionary<string, ConfigTree.SectionCheck> Sections = new()
    {
        ["model"] = ConfigTree.Check<VqModelSettings>,
        ["data"] = ConfigTree.Check<VqDataSettings>,
        ["plan"] = ConfigTree.Check<VqPlan>,
        ["reconstruction"] = ConfigTree.Check<ReconstructionLossOptions>,
        ["discriminator"] = ConfigTree.Check<DiscriminatorSettings>,
        ["ema"] = ConfigTree.Check<EmaSettings>,
        ["validation"] = ConfigTree.Check<VqValidationSettings>,
        ["checkpoints"] = ConfigTree.Check<CheckpointSettings>,
    };

    /// <summary>Settings that may change from one part of a run to the next, since the weights do not depend on them.</summary>
    private static readonly HashSet<string> Free =
        ["output", "checkpoints", "validation.images", "validation.shown", "validation.every", "max_bad_steps", "data.workers", "data.max_broken_share", "data.strict", "data.source", "model.name", "model.variant", "model.config", "validation.source"];

    /// <summary>What the run starts from.</summary>
    public VqModelSettings Model { get; init; } = new();

    /// <summary>The pictures.</summary>
    public VqDataSettings Data { get; init; } = new();

    /// <summary>The phases.</summary>
    public VqPlan Plan { get; init; } = new();

    /// <summary>
    /// Whether the decoder alone is trained: encoder and codes stay as they are, so that every token keeps its meaning, and a U-ViT that was trained on the tokens gets better
    /// pictures of them. All phases must have codes then, those of the model.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool DecoderOnly { get; init; }

    /// <summary>What makes a reconstruction a good one.</summary>
    public ReconstructionLossOptions Reconstruction { get; init; } = new();

    /// <summary>The patch discriminator.</summary>
    public DiscriminatorSettings Discriminator { get; init; } = new();

    /// <summary>The weight of the commitment loss (in the legacy form of <see cref="Networks.Vqgan.QuantizerOutput.CommitmentLoss"/>).</summary>
    /// <value>0 or more. The default value is 0.25.</value>
    public double CommitmentWeight { get; init; } = 0.25;

    /// <summary>
    /// The weight, in phases with codes, of the loss that makes tokens local: pasted into another picture, a part is to keep its codes. Tokens are easier to predict then, and what is
    /// changed in one place of a picture leaves the tokens of the others alone. It costs a second pass of the encoder.
    /// </summary>
    /// <value>0 or more. The default value is 0: the loss is not computed.</value>
    public double LocalityWeight { get; init; }

    /// <summary>
    /// How much a pixel outside its picture's mask counts, against 1 inside, for reconstruction, locality and clusters. Masks lie beside the pictures (<c>fox.mask.png</c> beside
    /// <c>fox.jpg</c>, also in tar archives); pictures without one count in full.
    /// </summary>
    /// <value>Above 0. The default value is 1: masks are not read.</value>
    public double BackgroundWeight { get; init; } = 1;

    /// <summary>After how many quantised steps without use a code is replaced by a recent output of the encoder; 0: never.</summary>
    /// <value>The default value is 100.</value>
    public long ReviveAfter { get; init; } = 100;

    /// <summary>How many latents per code the clusters are made from.</summary>
    /// <value>At least 1. The default value is 40.</value>
    public int ClusterSamplesPerCode { get; init; } = 40;

    /// <summary>The average of the weights over the updates.</summary>
    public EmaSettings Ema { get; init; } = new() { Decay = 0.999 };

    /// <summary>The arithmetic of the network: float32, or bfloat16 where the processor has it. Weights, latents and losses are float32 in any case.</summary>
    /// <value>The default value is <see cref="Precision.Float32"/>.</value>
    public Precision MixedPrecision { get; init; } = Precision.Float32;

    /// <summary>What turns gradients into updates.</summary>
    /// <value>The default value is <see cref="OptimizerKind.Muon"/>.</value>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Muon;

    /// <summary>The length that gradients are cut to; 0: not cut.</summary>
    /// <value>The default value is 1.</value>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Pictures that are not trained on.</summary>
    public VqValidationSettings Validation { get; init; } = new();

    /// <summary>What is kept along the way.</summary>
    public CheckpointSettings Checkpoints { get; init; } = new();

    /// <summary>What new weights, the order of the pictures, crops, clusters and revivals derive from.</summary>
    /// <value>The default value is 0.</value>
    public long Seed { get; init; }

    /// <summary>The run's folder: checkpoints, validation pictures, logs, and the result.</summary>
    /// <value>The default value is <c>amused-vq</c>.</value>
    public string Output { get; init; } = "amused-vq";

    /// <summary>How many updates in a row may have a loss or gradient that is no finite number before the run stops, ≥ 1. They leave the weights alone.</summary>
    /// <value>The default value is 10.</value>
    public int MaxBadSteps { get; init; } = 10;

    /// <summary>The phases that the plan comes to, one after the other.</summary>
    internal IReadOnlyList<VqPhase> Phases => Plan.Resolve(Data.Resolution, hasCodes: Model.Name is not null);

    /// <summary>Whether masks make a difference.</summary>
    internal bool NeedsMasks => BackgroundWeight != 1;

    /// <summary>How many updates the run has in all.</summary>
    internal long MaxSteps => Phases.Sum(phase => phase.Steps);

    /// <summary>What the loop needs to know of them.</summary>
    internal RunSettings Run => new(
        Output, Checkpoints, MaxSteps, MaxBadSteps, (this with { Checkpoints = Checkpoints with { Force = false } }).ToJson(), path => Read(path).ToJson(), Free);

    /// <summary>Reads a configuration from a file.</summary>
    /// <exception cref="BrokenInputException">The file is missing, is no JSON, has a key that no setting has, or a value of the wrong kind: the message names it.</exception>
    public static VqTrainingConfig Read(string path) => FromJson(ConfigJson.ReadObject(path), path);

    /// <summary>The settings that a file gives, checked, and no others.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static JsonObject ReadSettings(string path)
    {
        var settings = ConfigJson.ReadObject(path);
        FromJson(settings, path);
        return settings;
    }

    /// <summary>A configuration from JSON; what is left out is at its default.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <exception cref="BrokenInputException">A key is no setting's, or a value of the wrong kind.</exception>
    public static VqTrainingConfig FromJson(JsonObject json, string origin)
    {
        var known = ConfigJson.ToObject(new VqPhase { Steps = 1 });
        foreach (var phase in json["plan"] is JsonObject plan && plan["phases"] is JsonArray phases ? phases.OfType<JsonObject>() : [])
        {
            if (phase.FirstOrDefault(entry => !known.ContainsKey(entry.Key)).Key is { } unknown)
                throw FileFault.Of(origin, $"there is no setting {FileFault.Quote($"plan.phases.{unknown}")}; the settings of a phase are {string.Join(", ", known.Select(entry => entry.Key))}");
        }
        return ConfigTree.Read<VqTrainingConfig>(json, origin, Sections);
    }

    /// <summary>All settings as JSON.</summary>
    public JsonObject ToJson() => ConfigJson.ToObject(this);

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="InvalidRequestException">The message names the setting.</exception>
    public void Validate()
    {
        Model.Validate();
        Data.Validate();
        Plan.Validate();
        Reconstruction.Validate();
        Discriminator.Validate();
        Ema.Validate();
        Validation.Validate();
        Checkpoints.Validate();
        Range.NotNegative(("commitment_weight", CommitmentWeight), ("locality_weight", LocalityWeight), ("revive_after", ReviveAfter), ("max_gradient_norm", MaxGradientNorm));
        Range.AtLeastOne(("cluster_samples_per_code", ClusterSamplesPerCode), ("max_bad_steps", MaxBadSteps));
        Range.Positive(("background_weight", BackgroundWeight));
        if (DecoderOnly && Model.Name is null)
            throw new InvalidRequestException("decoder_only: give model.name, a trained VQGAN: one that starts from nothing has no codes yet");
        if (DecoderOnly && Phases.Any(phase => !phase.Quantizes || phase.ClustersCodebook))
            throw new InvalidRequestException("decoder_only: only steps with the codes as they are are possible: set plan.crop_steps and plan.whole_steps to 0, or give such plan.phases");
        if (DecoderOnly && LocalityWeight > 0)
            throw new InvalidRequestException("locality_weight: it teaches the encoder, which decoder_only leaves as it is: leave out one of the two");
        if (MixedPrecision is not (Precision.Float32 or Precision.BFloat16))
            throw new InvalidRequestException("mixed_precision: a VQGAN trains in float32 or b_float16");
        if (Output.Length == 0)
            throw new InvalidRequestException("output: a folder is needed");
    }

    /// <summary>Refuses sizes that the model can't take.</summary>
    /// <param name="factor">Pixels per token, along a side.</param>
    internal void ValidateFor(int factor)
    {
        if (Data.Resolution % factor != 0)
            throw new InvalidRequestException($"a resolution of {Data.Resolution} is not possible: the VQGAN takes multiples of {factor}");
        foreach (var phase in Phases)
            phase.Validate(Data.Resolution, factor);
    }
}
