using Amused.Networks;
using Amused.Networks.ClipText;
using Amused.Networks.Vqgan;
using Amused.Text;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The encoders that a checkpoint's models are.</summary>
internal static class ModelEncoders
{
    /// <summary>
    /// So many pixels go through the VQGAN together, two pictures of 256 × 256. With eight of them a full-size model's encoding held 3.5 GB,
    /// with two 1.7, of which its weights are 1.1.
    /// </summary>
    private const long PixelsAtOnce = 2 << 16;

    /// <summary>Binds the models.</summary>
    /// <param name="vq">Makes tokens of pictures.</param>
    /// <param name="tokenizer">Makes token ids of captions.</param>
    /// <param name="textModel">Makes states of ids; null when only ids are kept.</param>
    /// <param name="device">Where the models are; null: the CPU.</param>
    /// <param name="type">The arithmetic of both. The default value is float32.</param>
    public static ExampleEncoders Of(
        VqModel vq, ClipTokenizer tokenizer, ClipTextModel? textModel = null, Device? device = null, ScalarType type = ScalarType.Float32) => new(
            (int)vq.Config.NumVqEmbeddings,
            batch => Tokens(vq, batch, device ?? CPU, type),
            textModel is null ? null : captions => States(tokenizer, textModel, captions, device ?? CPU, type),
            captions => [.. captions.Select(caption => tokenizer.Encode(caption).Ids)]);

    private static IReadOnlyList<Sampling.TokenGrid> Tokens(VqModel vq, ExampleBatch batch, Device device, ScalarType type)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var pixels = batch.ToPixels(device);
        return [.. pixels.split(Math.Max(1, PixelsAtOnce / (pixels.shape[2] * pixels.shape[3]))).SelectMany(part =>
        {
            using var inner = NewDisposeScope();
            return TokenTensors.ToGrids(vq.EncodeTokens(part.to(type)));
        })];
    }

    private static IReadOnlyList<EncodedCaption> States(ClipTokenizer tokenizer, ClipTextModel model, IReadOnlyList<string> captions, Device device, ScalarType type)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        int positions = tokenizer.MaxLength;
        var ids = captions.SelectMany(caption => tokenizer.Encode(caption).Ids.Select(id => (long)id)).ToArray();
        var output = model.Forward(tensor(ids, [captions.Count, positions], ScalarType.Int64, device), type);
        return [.. Rows(output.TextEmbeds).Zip(Rows(output.PenultimateHiddenState), (pooled, hidden) => new EncodedCaption(pooled, hidden, positions))];
    }

    private static Half[][] Rows(Tensor batch)
    {
        var flat = batch.flatten(1).to(ScalarType.Float16).cpu().contiguous();
        return [.. flat.data<Half>().ToArray().Chunk((int)flat.shape[1])];
    }
}
