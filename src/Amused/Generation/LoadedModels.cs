using Amused.Networks.ClipText;
using Amused.Networks.Fast;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Text;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused;

/// <summary>The parts of a checkpoint, loaded: tokenizer, networks and settings, which have been checked to go together.</summary>
internal sealed class LoadedModels : IDisposable
{
    private readonly Dictionary<string, ParameterSet> parameters = [];
    private readonly IReadOnlyDictionary<string, ParameterStorage> storage;

    private LoadedModels(
        CheckpointFolder folder, string? variant, Precision precision, Device device,
        IReadOnlyDictionary<string, ParameterStorage>? storage, CancellationToken cancellation)
    {
        this.storage = storage ?? new Dictionary<string, ParameterStorage>();
        (Folder, Variant, Wish, Device) = (folder, variant, precision, device);
        (Precision, PrecisionReason) = Choose(precision);
        ComputeType = Precision.ComputeType(device);
        try
        {
            Tokenizer = ClipTokenizer.Load(folder.ComponentPath(Component.Tokenizer));
            Scheduler = ConfigJson.Read<MaskingSchedulerConfig>(folder.ConfigPath(Component.Scheduler));
            Defaults = GenerationDefaults.Read(folder.Path);
            Words = KnownWords.Read(folder.Path);
            TextEncoder = Load<ClipTextConfig, ClipTextModel>(Component.TextEncoder, variant, (config, builder) =>
                new(config, builder), cancellation, CheckpointKeys.ClipText);
            Vq = Load<VqModelConfig, VqModel>(Component.Vqvae, variant, (config, builder) => new(config, builder), cancellation);
            Transformer =
                Load<UVit2DConfig, UVit2DModel>(Component.Transformer, variant, (config, builder) => new(config, builder), cancellation);
            FusedStack.Use(Transformer.Stacks);
            CheckpointParts.ThrowIfTheyDisagree(folder.Path, Tokenizer.MaxLength, Tokenizer.VocabularySize, TextEncoder.Config, Vq.Config,
                Transformer.Config, Scheduler);
        }
        catch
        {
            Dispose();
            throw;
        }
        if (Precision == Precision.Int8)
            NativeHeap.ReturnFreePages(); // What the quantising of each matrix took.
        var factor = Vq.Config.DownsamplingFactor;
        Size = new(factor, Transformer.Config.Downsample ? 2 * factor : factor, Transformer.Config.SampleSize * factor);
    }

    public CheckpointFolder Folder { get; }

    /// <summary>The word before the extension of the weight files; null: none.</summary>
    public string? Variant { get; }

    /// <summary>The precision that was asked for.</summary>
    public Precision Wish { get; }

    /// <summary>What the networks are held and run in: what was asked for, as far as it goes here.</summary>
    public Precision Precision { get; }

    /// <summary>Why that.</summary>
    public string PrecisionReason { get; }

    public Device Device { get; }

    /// <summary>The type of activations in the text tower and the U-ViT.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>The type of activations in the VQGAN: wider than half precision where the checkpoint says that half isn't enough.</summary>
    public ScalarType VqComputeType => ComputeType == ScalarType.Float16 && Vq.Config.ForceUpcast ? ScalarType.Float32 : ComputeType;

    public ClipTokenizer Tokenizer { get; }

    public ClipTextModel TextEncoder { get; }

    public VqModel Vq { get; }

    public UVit2DModel Transformer { get; }

    public MaskingSchedulerConfig Scheduler { get; }

    public GenerationDefaults Defaults { get; }

    /// <summary>The words that the model knows; null: its checkpoint doesn't say.</summary>
    public KnownWords? Words { get; }

    public PictureSize Size { get; }

    /// <summary>The parameters of each network by its component's name.</summary>
    public IReadOnlyDictionary<string, ParameterSet> Parameters => parameters;

    /// <summary>Loads a checkpoint's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="variant">The word before the extension of the weight files; null: none.</param>
    /// <param name="precision">How weights are held, and what the networks compute in.</param>
    /// <param name="device">Where.</param>
    /// <param name="storage">How the weights of some networks are held instead, by component.</param>
    /// <param name="cancellation">Stops the loading.</param>
    /// <exception cref="BrokenInputException">A file is missing or broken, or the parts contradict each other.</exception>
    /// <exception cref="OperationCanceledException">The loading was stopped; nothing is left of it.</exception>
    public static LoadedModels Load(
        string folder, string? variant, Precision precision, Device device, IReadOnlyDictionary<string, ParameterStorage>? storage = null,
        CancellationToken cancellation = default) =>
        new(CheckpointFolder.Open(folder), variant, precision, device, storage, cancellation);

    /// <summary>Frees all parameters.</summary>
    public void Dispose()
    {
        foreach (var set in parameters.Values)
            set.Dispose();
    }

    private TModel Load<TConfig, TModel>(
        string component, string? variant, Func<TConfig, ParameterBuilder, TModel> build, CancellationToken cancellation,
        Func<string, string?>? rename = null)
    {
        var config = ConfigJson.Read<TConfig>(Folder.ConfigPath(component));
        parameters[component] = new();
        var held = storage.GetValueOrDefault(component, new(Precision.StorageType()));
        using var source = Folder.OpenWeights(component, variant, held.Type, Device, rename, held.IsOwnCopy,
            asInt8: Precision == Precision.Int8 && !held.IsOwnCopy);
        var model = build(config, new(source, parameters[component], cancellation));
        source.ThrowIfLeftOver();
        return model;
    }

    private PrecisionChoice Choose(Precision wish) =>
        PrecisionChoice.Of(wish, DeviceArithmetic.Of(Device), wish == Precision.Auto && Folder.IsQuantized(Component.Transformer, Variant));
}
