using Amused.Images;

namespace Amused.Training.Tests.Support;

/// <summary>Runs on the tiny model with drawn pictures, in a folder that is gone afterwards.</summary>
internal sealed class TinyRun : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("amused-training-").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>A few quick steps of a full fine-tuning.</summary>
    public TrainingConfig Config(string output = "run") => new()
    {
        Model = new() { Name = GoldenFolder.FixtureModel("tiny256") },
        Data = new() { Resolution = 32, Workers = 1 },
        BatchSize = 2,
        MaxSteps = 6,
        Optimizer = new() { LearningRate = 1e-3 },
        Checkpoints = new() { Every = 0 },
        Output = PathOf(output),
    };

    /// <summary>A model of the tiny one's sizes that starts from nothing.</summary>
    /// <param name="more">Another key of the U-ViT's, with its value.</param>
    public ModelSettings FromNothing(string more = "\"downsample\": false")
    {
        var sizes = PathOf("sizes.json");
        File.WriteAllText(sizes, $$"""
            { "transformer": { "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "in_channels": 16, "block_out_channels": 16,
              "block_num_heads": 2, "num_res_blocks": 1, "vocab_size": 72, "codebook_size": 64, "cond_embed_dim": 32, "encoder_hidden_size": 32, "micro_cond_encode_dim": 16,
              "micro_cond_embed_dim": 80, "sample_size": 8, {{more}} },
              "vqvae": { "block_out_channels": [16, 32, 48], "layers_per_block": 1, "latent_channels": 16, "num_vq_embeddings": 64, "vq_embed_dim": 16, "norm_num_groups": 8, "mid_block_add_attention": false, "lookup_from_codebook": true },
              "text_encoder": { "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "projection_dim": 32, "vocab_size": 720, "max_position_embeddings": 77 } }
            """);
        return new() { Config = sizes, Tokenizer = Path.Combine(Config().Model.Name!, "tokenizer") };
    }

    public static NetworkSettings Lora(params string[] targets) => new() { Mode = TrainingMode.Lora, Lora = new() { Targets = targets, Rank = 4, Alpha = 8 } };

    /// <summary>Flat pictures in four colours, captioned by their colour.</summary>
    public static ListImageSource Colours { get; } = new("colours",
    [
        Colour("red", 220, 30, 30), Colour("green", 30, 220, 30), Colour("blue", 30, 30, 220), Colour("white", 240, 240, 240),
    ]);

    public static TrainingResult Run(TrainingConfig config, TrainingHooks? hooks = null, CancellationToken cancellation = default)
    {
        using var trainer = Trainer.Create(config, cancellation);
        return trainer.Run(Colours, hooks, cancellation);
    }

    /// <summary>The losses of a run.</summary>
    public static List<double> Losses(TrainingConfig config)
    {
        List<double> losses = [];
        Run(config, new() { OnStep = step => losses.Add(step.Loss) });
        return losses;
    }

    /// <summary>The trained weights and all other state of a run's checkpoint, as bytes.</summary>
    public static byte[] Saved(TrainingConfig config, long step) =>
        [.. File.ReadAllBytes(Path.Combine(config.Output, $"checkpoint-{step}", "weights.safetensors")), .. File.ReadAllBytes(Path.Combine(config.Output, $"checkpoint-{step}", "state.safetensors"))];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static RawExample Colour(string caption, byte red, byte green, byte blue)
    {
        var pixels = new byte[40 * 40 * 3];
        for (var i = 0; i < pixels.Length; i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red, green, blue);
        var file = new RgbImage(40, 40, pixels).Encode(ImageFormat.Png);
        return new(caption, [caption], () => file);
    }
}
