using Amused.Sampling;
using static TorchSharp.torch;

namespace Amused.Tests.Sampling;

/// <summary>Logits of every place, as the networks' plain forward passes and the golden figures have them.</summary>
internal static class WholeLogits
{
    /// <summary>What a step of the sampler takes of them.</summary>
    /// <param name="state">Says which places are unknown.</param>
    /// <param name="logits">(B, codebook, H, W) of any type.</param>
    public static IReadOnlyList<ReadOnlyMemory<float>> OfUnknown(SamplingState state, Tensor logits)
    {
        using var scope = NewDisposeScope();
        var rows = logits.to(ScalarType.Float32).flatten(2).transpose(1, 2);
        return [.. state.Tokens.Select((tokens, image) => (ReadOnlyMemory<float>)rows[image]
            .index_select(0, tensor(MaskGitSampler.Unknown(tokens, state.MaskTokenId).Select(place => (long)place).ToArray()))
            .contiguous().data<float>().ToArray())];
    }
}
