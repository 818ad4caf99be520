using System.Text.Json.Nodes;
using Amused.Networks.ClipText;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Text;
using Amused.Weights;

namespace Amused;

/// <summary>Writes checkpoints in the published layout: what the Python side can load too.</summary>
internal sealed class CheckpointWriter
{
    /// <summary>The version of the published implementation whose files these are like.</summary>
    private const string LayoutVersion = "0.42.1";

    private readonly string folder;
    private readonly string? variant;
    private readonly CancellationToken cancellation;
    private readonly IProgress<(string Part, long Written, long Bytes)>? progress;

    /// <summary>Writes nothing yet, but refuses what would fail later.</summary>
    /// <exception cref="InvalidRequestException">The folder's name is empty, or the variant no word.</exception>
    public CheckpointWriter(
        string folder, string? variant, CancellationToken cancellation = default,
        IProgress<(string Part, long Written, long Bytes)>? progress = null)
    {
        if (string.IsNullOrEmpty(folder))
            throw new InvalidRequestException("a checkpoint needs a folder to be saved to; its name is empty");
        WeightFileName.RequireVariant(variant);
        (this.folder, this.variant, this.cancellation, this.progress) = (folder, variant, cancellation, progress);
    }

    /// <summary>Writes everything that was loaded.</summary>
    /// <param name="models">What was loaded.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="variant">The word before the weight files' extension; null: none.</param>
    /// <param name="defaults">
    /// What requests that say nothing are to get; null: what they get, where the checkpoint has settings of its own.
    /// </param>
    /// <param name="cancellation">Stops between two tensors.</param>
    /// <param name="progress">Is told after each tensor how many bytes of its network are written; null: nobody is.</param>
    /// <remarks>A folder that was new or empty is so again if anything goes wrong.</remarks>
    public static void Save(
        LoadedModels models, string folder, string? variant, GenerationDefaults? defaults, CancellationToken cancellation,
        IProgress<(string Part, long Written, long Bytes)>? progress = null)
    {
        CheckpointWriter writer = new(folder, variant, cancellation, progress);
        if (NewCheckpointFolder.IsNew(folder))
            NewCheckpointFolder.Fill(folder, () => writer.Write(models, defaults));
        else
            writer.Write(models, defaults);
    }

    private void Write(LoadedModels models, GenerationDefaults? defaults)
    {
        if (models.Precision == Precision.Int8)
        {
            // What is multiplied by is laid out for this processor; the checkpoint's own files say the same in the form that goes into
            // files.
            CheckpointQuantizer.Write(models.Folder, models.Variant, folder, variant, defaults, cancellation, progress);
            return;
        }
        WriteTransformer(models.Transformer.Config, models.Parameters[Component.Transformer]);
        WriteVq(models.Vq.Config, models.Parameters[Component.Vqvae]);
        WriteTextEncoder(models.TextEncoder.Config, models.Parameters[Component.TextEncoder]);
        WriteSettings(models.Scheduler, defaults
            ?? (File.Exists(Path.Combine(models.Folder.Path, GenerationDefaults.FileName)) ? models.Defaults : null), models.Words,
            models.Tokenizer.Save);
    }

    public void WriteTransformer(UVit2DConfig config, ParameterSet parameters) => WriteTransformer(config, Tensors(parameters));

    /// <param name="config">The sizes.</param>
    /// <param name="tensors">The weights.</param>
    /// <param name="extra">Keys of the configuration beside the sizes.</param>
    public void WriteTransformer(UVit2DConfig config, IEnumerable<SafetensorsTensor> tensors,
        params IEnumerable<KeyValuePair<string, JsonNode?>> extra)
    {
        ConfigJson.Write(PathOf(Component.Transformer, "config.json"), config, [.. Class("UVit2DModel"), .. extra]);
        WriteWeights(Component.Transformer, WeightWriter.DiffusersStem, tensors);
    }

    public void WriteVq(VqModelConfig config, ParameterSet parameters) => WriteVq(config, Tensors(parameters));

    public void WriteVq(VqModelConfig config, IEnumerable<SafetensorsTensor> tensors)
    {
        JsonArray Kinds(string kind) => [.. config.BlockOutChannels.Select(_ => (JsonNode)kind)];
        ConfigJson.Write(PathOf(Component.Vqvae, "config.json"), config, [
            .. Class("VQModel"),
            new("down_block_types", Kinds("DownEncoderBlock2D")),
            new("up_block_types", Kinds("UpDecoderBlock2D")),
        ]);
        WriteWeights(Component.Vqvae, WeightWriter.DiffusersStem, tensors);
    }

    public void WriteTextEncoder(ClipTextConfig config, ParameterSet parameters) =>
        WriteTextEncoder(config, parameters.First().Value.dtype.ToString().ToLowerInvariant(), Tensors(parameters));

    /// <param name="config">The sizes.</param>
    /// <param name="type">The name of the weights' type.</param>
    /// <param name="tensors">The weights.</param>
    /// <param name="extra">Keys of the configuration beside these.</param>
    public void WriteTextEncoder(ClipTextConfig config, string type, IEnumerable<SafetensorsTensor> tensors,
        params IEnumerable<KeyValuePair<string, JsonNode?>> extra)
    {
        ConfigJson.Write(PathOf(Component.TextEncoder, "config.json"), config, [
            new("architectures", new JsonArray("CLIPTextModelWithProjection")),
            new("model_type", "clip_text_model"),
            // Older and newer readers look for the type of the weights under these two names.
            new("torch_dtype", type),
            new("dtype", type),
            .. extra,
        ]);
        WriteWeights(Component.TextEncoder, WeightWriter.TransformersStem, tensors);
    }

    /// <summary>
    /// Writes all but the networks, and takes away what another checkpoint's settings were here. The index comes last: without it the
    /// folder is no checkpoint to the Python side.
    /// </summary>
    public void WriteSettings(MaskingSchedulerConfig scheduler, GenerationDefaults? defaults, KnownWords? words,
        Action<string> writeTokenizer)
    {
        ConfigJson.Write(PathOf(Component.Scheduler, "scheduler_config.json"), scheduler, Class("AmusedScheduler"));
        var defaultsPath = PathOf(GenerationDefaults.FileName);
        if (defaults is not null)
            ConfigJson.Write(defaultsPath, defaults);
        else
            NewFile.Remove(defaultsPath);
        var wordsPath = PathOf(KnownWords.FileName);
        if (words is not null)
            words.Save(wordsPath);
        else
            NewFile.Remove(wordsPath);
        writeTokenizer(PathOf(Component.Tokenizer));
        static KeyValuePair<string, JsonNode?> Part(string component, string library, string className) =>
            new(component, new JsonArray(library, className));
        ConfigJson.Write(PathOf("model_index.json"), new object(), [
            .. Class("AmusedPipeline"),
            Part(Component.Scheduler, "diffusers", "AmusedScheduler"),
            Part(Component.TextEncoder, "transformers", "CLIPTextModelWithProjection"),
            Part(Component.Tokenizer, "transformers", "CLIPTokenizer"),
            Part(Component.Transformer, "diffusers", "UVit2DModel"),
            Part(Component.Vqvae, "diffusers", "VQModel"),
        ]);
    }

    private void WriteWeights(string component, string stem, IEnumerable<SafetensorsTensor> tensors) =>
        WeightWriter.Write(PathOf(component), stem, progress is null
            ? tensors
            : Reported(component, [.. tensors]), variant, cancellation: cancellation);

    private IEnumerable<SafetensorsTensor> Reported(string component, SafetensorsTensor[] tensors)
    {
        long written = 0, bytes = tensors.Sum(tensor => tensor.ByteLength);
        return tensors.Select(tensor => tensor with
        {
            WriteTo = stream =>
            {
                tensor.WriteTo(stream);
                progress!.Report((component, written += tensor.ByteLength, bytes));
            },
        });
    }

    private static IEnumerable<SafetensorsTensor> Tensors(ParameterSet parameters) =>
        parameters.Select(parameter => SafetensorsTensor.Of(parameter.Key, parameter.Value));

    private string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([folder, .. parts]);

    private static KeyValuePair<string, JsonNode?>[] Class(string name) =>
        [new("_class_name", name), new("_diffusers_version", LayoutVersion)];
}
