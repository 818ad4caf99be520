using System.Text.Json.Nodes;
using Amused.Networks.ClipText;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Text;
using Amused.Weights;

namespace Amused;

/// <summary>
/// Makes a checkpoint of a third of the size: the matrices of the U-ViT's and the text tower's linear layers as signed bytes with a float32
/// scale for each output channel, all else in bfloat16. It loads without any copy in float32, as <see cref="Precision.Int8"/> or,
/// dequantised, in any other precision.
/// </summary>
/// <remarks>
/// A matrix stands under its usual key as <c>I8</c> [out, in], its scales under the same key with <c>_scale</c> as <c>F32</c> [out]; the
/// configuration's
/// <c>quantization_config</c> says so. One tensor at a time is in memory.
/// </remarks>
public static class CheckpointQuantizer
{
    /// <summary>What the configuration of a quantised network says beside its sizes.</summary>
    private static readonly KeyValuePair<string, JsonNode?> Quantization = new("quantization_config", new JsonObject
    {
        ["quant_method"] = "int8",
        ["weights"] = "symmetric, one scale for each output channel",
        ["activations"] = "one scale for each token, found as they are used",
    });

    /// <summary>Writes a quantised copy of a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint's folder.</param>
    /// <param name="folder">The folder to make; it must be empty or missing, and is so again if anything goes wrong.</param>
    /// <param name="variant">
    /// The word before the extension of the weight files to read; null: the plain files. Those that are written have none.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <param name="progress">
    /// Is told after each tensor how many bytes of its network are written, and how many there are; null: nobody is.
    /// </param>
    /// <exception cref="InvalidRequestException">The folder isn't empty, or the checkpoint is quantised already.</exception>
    /// <exception cref="BrokenInputException">The checkpoint is missing or broken, or the folder can't be written.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static void Quantize(
        string checkpoint, string folder, string? variant = null, CancellationToken cancellation = default,
        IProgress<(string Part, long Written, long Bytes)>? progress = null)
    {
        var source = CheckpointFolder.Open(checkpoint);
        if (source.IsQuantized(Component.Transformer, variant))
            throw new InvalidRequestException($"{checkpoint}: the checkpoint is quantised already");
        TorchRuntime.EnsureLoaded();
        NewCheckpointFolder.Fill(folder, () => Write(source, variant, folder, null, cancellation: cancellation, progress: progress));
    }

    /// <summary>Writes a quantised copy; what is quantised already goes over as it is.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="sourceVariant">The word before the extension of the weight files to read; null: the plain files.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="variant">The same of the files that are written.</param>
    /// <param name="defaults">What requests that say nothing are to get; null: what the checkpoint says, if it does.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <param name="progress">As above.</param>
    internal static void Write(
        CheckpointFolder source, string? sourceVariant, string folder, string? variant, GenerationDefaults? defaults = null,
        CancellationToken cancellation = default,
        IProgress<(string Part, long Written, long Bytes)>? progress = null)
    {
        var writer = new CheckpointWriter(folder, variant, cancellation, progress);
        var uvit = ConfigJson.Read<UVit2DConfig>(source.ConfigPath(Component.Transformer));
        using (var weights = new QuantizedTensors(source.FindWeights(Component.Transformer, sourceVariant), null, builder =>
            new UVit2DModel(uvit, builder)))
            writer.WriteTransformer(uvit, weights.All(), Quantization);
        var vq = ConfigJson.Read<VqModelConfig>(source.ConfigPath(Component.Vqvae));
        using (var weights = new QuantizedTensors(source.FindWeights(Component.Vqvae, sourceVariant), null, builder =>
            new VqModel(vq, builder)))
            writer.WriteVq(vq, weights.All());
        var text = ConfigJson.Read<ClipTextConfig>(source.ConfigPath(Component.TextEncoder));
        using (var weights = new QuantizedTensors(source.FindWeights(Component.TextEncoder, sourceVariant), CheckpointKeys.ClipText,
            builder => new ClipTextModel(text, builder)))
            writer.WriteTextEncoder(text, "bfloat16", weights.All(), Quantization);
        writer.WriteSettings(
            ConfigJson.Read<MaskingSchedulerConfig>(source.ConfigPath(Component.Scheduler)),
            defaults ?? (File.Exists(Path.Combine(source.Path, GenerationDefaults.FileName)) ? GenerationDefaults.Read(source.Path) : null),
            KnownWords.Read(source.Path),
            ClipTokenizer.Load(source.ComponentPath(Component.Tokenizer)).Save);
    }
}
