using System.Globalization;
using Amused.Networks.ClipText;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Text;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The models that data sets are encoded with: a checkpoint's, or a VQGAN and a tokenizer where the rest is yet to be trained.</summary>
public sealed class EncodingModels : IDisposable
{
    private readonly ParameterSet vqParameters = new(), textParameters = new();
    private readonly Dictionary<string, string> identity = [];
    private readonly VqModel vq;

    private EncodingModels(string vqFolder, ClipTokenizer tokenizer, string? textFolder, string? variant, Device device)
    {
        try
        {
            vq = Load<VqModelConfig, VqModel>(vqFolder, variant, device, vqParameters, (config, builder) => new(config, builder));
            var text = textFolder is null ? null
                : Load<ClipTextConfig, ClipTextModel>(textFolder, variant, device, textParameters, (config, builder) => new(config, builder), CheckpointKeys.ClipText);
            if (text is not null && tokenizer.MaxLength > text.Config.MaxPositionEmbeddings)
                throw FileFault.Of(textFolder!, $"takes {text.Config.MaxPositionEmbeddings} tokens, the tokenizer makes {tokenizer.MaxLength}");
            Text = text is null ? EncodedText.TokenIds : EncodedText.States;
            Encoders = ModelEncoders.Of(vq, tokenizer, text, device);
        }
        catch
        {
            Dispose();
            throw;
        }
        identity[EncodingIdentity.VqKey] = ModelHash.OfVq(vqFolder, variant);
        identity[EncodingIdentity.TokenizerKey] = ModelHash.Of(tokenizer);
        identity[EncodingIdentity.TextLengthKey] = tokenizer.MaxLength.ToString(CultureInfo.InvariantCulture);
        if (textFolder is not null)
            identity[EncodingIdentity.TextTowerKey] = ModelHash.OfTextTower(textFolder, variant);
    }

    /// <summary>What they make of captions.</summary>
    public EncodedText Text { get; }

    /// <summary>The models as functions.</summary>
    internal ExampleEncoders Encoders { get; }

    /// <summary>What tells them from other models, for <see cref="EncodingIdentity.Of"/>.</summary>
    public IReadOnlyDictionary<string, string> Identity => identity;

    /// <summary>The side of the pictures that the checkpoint is for, in pixels; null where there is no U-ViT that says it.</summary>
    public int? DefaultResolution { get; private init; }

    /// <summary>The models of a checkpoint.</summary>
    /// <param name="folder">A folder in the published layout.</param>
    /// <param name="text">What is to be kept of captions.</param>
    /// <param name="variant">The word before the weight files' extension; null: none.</param>
    /// <param name="device">Where to compute: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>.</param>
    /// <exception cref="BrokenInputException">The checkpoint is missing or broken, or its parts contradict each other.</exception>
    public static EncodingModels OfCheckpoint(string folder, EncodedText text, string? variant = null, string device = "cpu")
    {
        TorchRuntime.EnsureLoaded();
        var checkpoint = CheckpointFolder.Open(folder);
        var transformer = ConfigJson.Read<UVit2DConfig>(checkpoint.ConfigPath(Component.Transformer));
        var vqFolder = checkpoint.ComponentPath(Component.Vqvae);
        return new(
            vqFolder, ClipTokenizer.Load(checkpoint.ComponentPath(Component.Tokenizer)), text == EncodedText.States ? checkpoint.ComponentPath(Component.TextEncoder) : null,
            variant, TorchDevices.Parse(device))
        {
            DefaultResolution = transformer.SampleSize * ConfigJson.Read<VqModelConfig>(Path.Combine(vqFolder, "config.json")).DownsamplingFactor,
        };
    }

    /// <summary>A VQGAN and a tokenizer for a model that isn't there yet: captions are kept as token ids.</summary>
    /// <param name="vqvae">A folder with a folder <c>vqvae</c> in it, or that folder itself.</param>
    /// <param name="tokenizer">The tokenizer's folder.</param>
    /// <param name="textLength">How many tokens a caption is cut or padded to, at least 2: the positions of the text tower; null: what the tokenizer says.</param>
    /// <param name="variant">The word before the weight files' extension; null: none.</param>
    /// <param name="device">Where to compute: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>.</param>
    /// <exception cref="BrokenInputException">One of them is missing or broken.</exception>
    /// <exception cref="InvalidRequestException">The text length is impossible.</exception>
    public static EncodingModels OfParts(string vqvae, string tokenizer, int? textLength = null, string? variant = null, string device = "cpu")
    {
        TorchRuntime.EnsureLoaded();
        var words = ClipTokenizer.Load(tokenizer);
        return new(VqFolder.Of(vqvae), words.WithMaxLength(textLength ?? words.MaxLength), null, variant, TorchDevices.Parse(device));
    }

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        vqParameters.Dispose();
        textParameters.Dispose();
    }

    /// <summary>Refuses pictures that the VQGAN can't take.</summary>
    internal void ThrowIfUnusable(int resolution)
    {
        if (resolution % vq.Config.DownsamplingFactor != 0)
            throw new InvalidRequestException($"a resolution of {resolution} pixels is not possible: the VQGAN takes multiples of {vq.Config.DownsamplingFactor}");
    }

    private static TModel Load<TConfig, TModel>(
        string folder, string? variant, Device device, ParameterSet parameters, Func<TConfig, ParameterBuilder, TModel> build, Func<string, string?>? rename = null)
    {
        using var scope = NewDisposeScope();
        var config = ConfigJson.Read<TConfig>(Path.Combine(folder, "config.json"));
        // Float32: a code that is off by rounding is another code.
        using CheckpointSource source = new(WeightFiles.Find(folder, variant).Paths, ScalarType.Float32, device, rename);
        var model = build(config, new(source, parameters));
        source.ThrowIfLeftOver();
        return model;
    }
}
