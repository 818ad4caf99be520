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
        var (codes, places) = ((int)logits.shape[1], logits.shape[2] * logits.shape[3]);
        var rows = logits.to(ScalarType.Float32).flatten(2).transpose(1, 2).contiguous().data<float>().ToArray().Chunk(codes).ToList();
        return [.. state.Tokens.Select((tokens, image) => (ReadOnlyMemory<float>)MaskGitSampler.Unknown(tokens, state.MaskTokenId)
            .SelectMany(place => rows[(int)(image * places) + place]).ToArray())];
    }
}
