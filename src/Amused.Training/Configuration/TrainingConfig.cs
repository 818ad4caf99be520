using System.Text.Json.Nodes;
using Amused.Runtime;
using Amused.Weights;

namespace Amused.Training;

/// <summary>
/// Everything that a run depends on. Written beside every checkpoint as <c>training.json</c>, from which the run can be repeated; keys there are these names in
/// snake_case. The defaults are those of the published script, the published recipes are in <see cref="TrainingRecipe"/>.
/// </summary>
public sealed record TrainingConfig
{
    private static readonly Dictionary<string, ConfigTree.SectionCheck> Sections = new()
    {
        ["model"] = ConfigTree.Check<ModelSettings>,
        ["data"] = ConfigTree.Check<DataSettings>,
        ["transformer"] = ConfigTree.Check<NetworkSettings>,
        ["text_encoder"] = ConfigTree.Check<NetworkSettings>,
        ["transformer.lora"] = ConfigTree.Check<LoraSettings>,
        ["text_encoder.lora"] = ConfigTree.Check<LoraSettings>,
        ["optimizer"] = ConfigTree.Check<OptimizerSettings>,
        ["loss"] = ConfigTree.Check<LossSettings>,
        ["ema"] = ConfigTree.Check<EmaSettings>,
        ["validation"] = ConfigTree.Check<ValidationSettings>,
        ["checkpoints"] = ConfigTree.Check<CheckpointSettings>,
    };

    /// <summary>Settings that may change from one part of a run to the next, since the weights do not depend on them.</summary>
    private static readonly HashSet<string> Free =
    [
        "output", "device", "checkpoints", "validation", "max_bad_steps", "data.workers", "data.max_broken_share", "data.strict", "data.source", "data.image",
        // Told by their content.
        "model.name", "model.revision", "model.variant", "model.config", "model.tokenizer", "model.vqvae", "model.init_from",
    ];

    /// <summary>What the run starts from.</summary>
    public ModelSettings Model { get; init; } = new();

    /// <summary>The pictures and their captions.</summary>
    public DataSettings Data { get; init; } = new();

    /// <summary>What is trained of the U-ViT: by default all of it.</summary>
    public NetworkSettings Transformer { get; init; } = new() { Mode = TrainingMode.Full, Lora = new() { Targets = ["to_q", "to_k", "to_v"] } };

    /// <summary>What is trained of the text tower: by default nothing. (The published script's targets do not exist in CLIP; these do.)</summary>
    public NetworkSettings TextEncoder { get; init; } = new() { Mode = TrainingMode.Frozen, Lora = new() { Targets = ["q_proj", "k_proj", "v_proj"] } };

    /// <summary>The optimizer, its learning rate, and how gradients reach it.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>What the loss is computed on.</summary>
    public LossSettings Loss { get; init; } = new();

    /// <summary>The average of the weights over the updates.</summary>
    public EmaSettings Ema { get; init; } = new();

    /// <summary>Pictures that are made along the way.</summary>
    public ValidationSettings Validation { get; init; } = new();

    /// <summary>What is kept along the way.</summary>
    public CheckpointSettings Checkpoints { get; init; } = new();

    /// <summary>How many updates the run has in all, ≥ 1.</summary>
    /// <value>The default value is 1,000.</value>
    public long MaxSteps { get; init; } = 1000;

    /// <summary>How many pictures a batch has, ≥ 1.</summary>
    /// <value>The default value is 8.</value>
    public int BatchSize { get; init; } = 8;

    /// <summary>Over how many batches gradients add up to one update, ≥ 1.</summary>
    /// <value>The default value is 1.</value>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Whether activations inside the U-ViT are computed a second time instead of being kept: less memory, about a third more time, the same gradients.</summary>
    /// <value>The default value is false.</value>
    public bool GradientCheckpointing { get; init; }

    /// <summary>
    /// The arithmetic of the networks. Trained weights, their gradients and the optimizer are float32 in any case; fp16 scales the loss. On a CPU fp16 is many
    /// times slower than the others.
    /// </summary>
    /// <value>The default value is <see cref="Precision.Float32"/>.</value>
    public Precision MixedPrecision { get; init; } = Precision.Float32;

    /// <summary>What all chance derives from: masks, condition dropout, order of the data, crops, the start of LoRAs.</summary>
    /// <value>The default value is 0.</value>
    public long Seed { get; init; }

    /// <summary>Where to compute: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>.</summary>
    /// <value>The default value is <c>cpu</c>.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>The run's folder: checkpoints, validation pictures, logs, and the result.</summary>
    /// <value>The default value is <c>amused-model-finetuned</c>.</value>
    public string Output { get; init; } = "amused-model-finetuned";

    /// <summary>How many updates in a row may have a loss or gradient that is no finite number before the run stops, ≥ 1. They leave the weights alone.</summary>
    /// <value>The default value is 10.</value>
    public int MaxBadSteps { get; init; } = 10;

    /// <summary>Reads a configuration from a file.</summary>
    /// <exception cref="BrokenInputException">The file is missing, is no JSON, has a key that no setting has, or a value of the wrong kind: the message names it.</exception>
    public static TrainingConfig Read(string path) => FromJson(ConfigJson.ReadObject(path), path);

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
    public static TrainingConfig FromJson(JsonObject json, string origin) => ConfigTree.Read<TrainingConfig>(json, origin, Sections);

    /// <summary>All settings as JSON.</summary>
    public JsonObject ToJson() => ConfigJson.ToObject(this);

    /// <summary>Writes the configuration to a file.</summary>
    /// <exception cref="BrokenInputException">The file can't be written.</exception>
    public void Write(string path) => NewFile.Write(path, stream => stream.Write(ConfigJson.Compose(ToJson())));

    /// <summary>The settings that may be others when a run is resumed.</summary>
    internal IReadOnlySet<string> FreeSettings =>
        Optimizer.Schedule is LearningRateCurve.Constant or LearningRateCurve.ConstantWithWarmup ? Free.Append("max_steps").ToHashSet() : Free;

    /// <summary>What the loop needs to know of them.</summary>
    internal RunSettings Run => new(
        Output, Checkpoints, MaxSteps, MaxBadSteps, (this with { Checkpoints = Checkpoints with { Force = false } }).ToJson(), path => Read(path).ToJson(), FreeSettings);

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="InvalidRequestException">The message names the setting.</exception>
    public void Validate()
    {
        Range.AtLeastOne(
            ("max_steps", MaxSteps), ("batch_size", BatchSize), ("gradient_accumulation_steps", GradientAccumulationSteps), ("max_bad_steps", MaxBadSteps));
        Model.Validate();
        Data.Validate();
        Transformer.Validate("transformer");
        TextEncoder.Validate("text_encoder");
        Optimizer.Validate();
        Loss.Validate();
        Ema.Validate();
        Validation.Validate();
        Checkpoints.Validate();
        if (Transformer.Mode == TrainingMode.Frozen && TextEncoder.Mode == TrainingMode.Frozen)
            throw new InvalidRequestException("there is nothing to train: transformer.mode and text_encoder.mode are both frozen");
        if (MixedPrecision is Precision.Int8 or Precision.Auto)
            throw new InvalidRequestException("mixed_precision: networks train in float32, b_float16 or float16");
        if (Output.Length == 0)
            throw new InvalidRequestException("output: a folder is needed");
    }
}
