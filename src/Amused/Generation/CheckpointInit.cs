using Amused.Networks.ClipText;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Text;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused;

/// <summary>Makes checkpoints of random weights: a place to start training from, and a load for measurements. They draw noise.</summary>
public static class CheckpointInit
{
    /// <summary>Writes a checkpoint, one network at a time.</summary>
    /// <param name="folder">The folder; it must be empty or missing.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="seed">The seed of the weights: the same seed gives the same files.</param>
    /// <param name="precision">The precision of the weights in the files.</param>
    /// <param name="tokenizerFolder">
    /// Tokenizer files to copy, cut to the text tower's positions where those are fewer than its length; its start and end tokens become
    /// the tower's. Null: a tokenizer of single bytes, without merges.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InvalidRequestException">The folder isn't empty, or the precision is none that numbers are stored in.</exception>
    /// <exception cref="BrokenInputException">The configuration contradicts itself, or the folder can't be written.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    /// <remarks>Whatever goes wrong, the folder is left as it was: empty or missing.</remarks>
    public static void Create(
        string folder, CheckpointConfig config, long seed = 0, Precision precision = Precision.Float32, string? tokenizerFolder = null,
        CancellationToken cancellation = default)
    {
        if (precision is Precision.Int8 or Precision.Auto)
            throw new InvalidRequestException("random weights are written in fp32, bf16 or fp16");
        TorchRuntime.EnsureLoaded();
        NewCheckpointFolder.Fill(folder, () =>
            Write(folder, config, seed, precision, tokenizerFolder is null ? null : ClipTokenizer.Load(tokenizerFolder), cancellation));
    }

    private static void Write(string folder, CheckpointConfig config, long seed, Precision precision, ClipTokenizer? tokenizer,
        CancellationToken cancellation)
    {
        var text = WithEndsOf(tokenizer, config.TextEncoder);
        var positions = text.MaxPositionEmbeddings;
        CheckpointParts.ThrowIfTheyDisagree(
            folder, Math.Min(tokenizer?.MaxLength ?? positions, positions), tokenizer?.VocabularySize
                ?? ByteTokenizer.VocabularySize, text, config.Vqvae, config.Transformer, config.SchedulerOrDefault);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var writer = new CheckpointWriter(folder, variant: null, cancellation);
        void Make(long networkSeed, Action<ParameterBuilder> build, Action<ParameterSet> write)
        {
            using var parameters = new ParameterSet();
            using var source = new RandomSource(networkSeed, precision.StorageType());
            build(new(source, parameters, cancellation));
            write(parameters);
        }

        Make(seed, builder =>
            new UVit2DModel(config.Transformer, builder), parameters => writer.WriteTransformer(config.Transformer, parameters));
        Make(seed + 1, builder => new VqModel(config.Vqvae, builder), parameters => writer.WriteVq(config.Vqvae, parameters));
        Make(seed + 2, builder => new ClipTextModel(text, builder), parameters => writer.WriteTextEncoder(text, parameters));
        writer.WriteSettings(config.SchedulerOrDefault, config.GenerationConfig, words: null, path =>
        {
            if (tokenizer is null)
                ByteTokenizer.Write(path, positions);
            else
                tokenizer.WithMaxLength(Math.Min(tokenizer.MaxLength, positions)).Save(path);
        });
    }

    // The pooled state is that of the end token: with another id, that of the start would be pooled, which is the same for all texts.
    private static ClipTextConfig WithEndsOf(ClipTokenizer? tokenizer, ClipTextConfig config) =>
        config.EosTokenId == ClipTextModel.LegacyEndTokenId
        ? config
        : config with { BosTokenId = tokenizer?.StartTokenId ?? ByteTokenizer.StartId, EosTokenId = tokenizer?.EndTokenId
            ?? ByteTokenizer.EndId };
}
