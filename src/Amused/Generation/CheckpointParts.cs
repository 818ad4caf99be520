using Amused.Networks.ClipText;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Sampling;

namespace Amused;

/// <summary>What the parts of a checkpoint have to agree on.</summary>
internal static class CheckpointParts
{
    /// <summary>Refuses parts that do not go together.</summary>
    /// <param name="origin">Where they come from, for the message.</param>
    /// <param name="maxLength">The most tokens that the tokenizer makes.</param>
    /// <param name="vocabularySize">How many tokens it knows.</param>
    /// <param name="text">The text tower.</param>
    /// <param name="vq">The VQGAN.</param>
    /// <param name="transformer">The U-ViT.</param>
    /// <param name="scheduler">The masking scheduler.</param>
    /// <exception cref="BrokenInputException">The message names what two of them say.</exception>
    public static void ThrowIfTheyDisagree(
        string origin, int maxLength, int vocabularySize, ClipTextConfig text, VqModelConfig vq, UVit2DConfig transformer,
        MaskingSchedulerConfig scheduler)
    {
        Require(maxLength <= text.MaxPositionEmbeddings,
            $"the tokenizer makes {maxLength} tokens, the text encoder takes {text.MaxPositionEmbeddings}");
        Require(vocabularySize <= text.VocabSize, $"the tokenizer has {vocabularySize} tokens, the text encoder {text.VocabSize}");
        Require(text.HiddenSize == transformer.EncoderHiddenSize,
            $"the text encoder's hidden_size is {text.HiddenSize}, the transformer's encoder_hidden_size {transformer.EncoderHiddenSize}");
        Require(text.ProjectionDim == transformer.CondEmbedDim,
            $"the text encoder's projection_dim is {text.ProjectionDim}, the transformer's cond_embed_dim {transformer.CondEmbedDim}");
        Require(vq.NumVqEmbeddings == transformer.CodebookSize,
            $"the vqvae has {vq.NumVqEmbeddings} codes, the transformer's codebook_size is {transformer.CodebookSize}");
        Require(
            scheduler.MaskTokenId >= transformer.CodebookSize && scheduler.MaskTokenId < transformer.VocabSize,
            $"the scheduler's mask_token_id {scheduler.MaskTokenId} must lie behind the {transformer.CodebookSize} codes and within "
                + $"the transformer's vocab_size {transformer.VocabSize}");

        void Require(bool agrees, string what)
        {
            if (!agrees)
                throw FileFault.Of(origin, $"the parts do not go together: {what}");
        }
    }
}
