using Amused.Networks.ClipText;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Sampling;
using Amused.Weights;

namespace Amused;

/// <summary>The sizes of a whole checkpoint: each part's <c>config.json</c> under the part's name.</summary>
/// <example>
/// <code>{ "transformer": { "hidden_size": 64, … }, "vqvae": { … }, "text_encoder": { … }, "scheduler": { "mask_token_id": 71 } }</code>
/// </example>
public sealed record CheckpointConfig
{
    /// <summary>The U-ViT.</summary>
    public UVit2DConfig Transformer { get; init; } = new();

    /// <summary>The VQGAN.</summary>
    public VqModelConfig Vqvae { get; init; } = VqModelConfig.Published;

    /// <summary>The text tower.</summary>
    public ClipTextConfig TextEncoder { get; init; } = ClipTextConfig.Published;

    /// <summary>The masking scheduler.</summary>
    /// <value>The default value is null: the cosine schedule, and the last token of the U-ViT's vocabulary as mask token.</value>
    public MaskingSchedulerConfig? Scheduler { get; init; }

    /// <summary>What requests that say nothing get; null: the published settings, and no file.</summary>
    public GenerationDefaults? GenerationConfig { get; init; }

    /// <summary><c>amused/amused-256</c>: 850M parameters with text tower and VQGAN.</summary>
    public static CheckpointConfig Published256 { get; } = new() { Transformer = UVit2DConfig.Published256 };

    /// <summary><c>amused/amused-512</c>.</summary>
    public static CheckpointConfig Published512 { get; } = new() { Transformer = UVit2DConfig.Published512 };

    /// <summary>The scheduler, or the default one for the U-ViT.</summary>
    internal MaskingSchedulerConfig SchedulerOrDefault => Scheduler ?? new() { MaskTokenId = Transformer.VocabSize - 1 };

    /// <summary>Finds a configuration by its name.</summary>
    /// <param name="nameOrFile"><c>256</c>, <c>512</c>, or a JSON file of this record's shape.</param>
    /// <exception cref="BrokenInputException">The file is missing or unusable.</exception>
    public static CheckpointConfig Find(string nameOrFile) => nameOrFile switch
    {
        "256" => Published256,
        "512" => Published512,
        _ => ConfigJson.Read<CheckpointConfig>(nameOrFile),
    };
}
