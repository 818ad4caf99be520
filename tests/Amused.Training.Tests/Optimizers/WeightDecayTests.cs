using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Optimizers;

public sealed class WeightDecayTests
{
    [Theory]
    [InlineData("transformer_layers.0.attn1.to_q.weight", true, 8, 8)]
    [InlineData("transformer_layers.0.norm1.linear.weight", true, 16, 8)]
    [InlineData("down_block.res_blocks.0.depthwise.weight", true, 8, 1, 3, 3)]
    [InlineData("embed.conv.weight", true, 8, 8, 1, 1)]
    [InlineData("transformer_layers.0.attn1.to_q.lora_A.weight", true, 1, 8)]
    [InlineData("transformer_layers.0.norm1.norm.weight", false, 8)]
    [InlineData("down_block.res_blocks.0.channelwise_norm.gamma", false, 1, 1, 1, 8)]
    [InlineData("embed.embeddings.weight", false, 72, 8)]
    [InlineData("text_model.embeddings.token_embedding.weight", false, 40, 8)]
    [InlineData("text_model.encoder.layers.0.mlp.fc1.bias", false, 8)]
    public void By_default_matrices_decay_and_norms_biases_and_embeddings_do_not(string name, bool decays, params int[] shape)
    {
        using var parameter = empty([.. shape.Select(size => (long)size)]);
        Assert.Equal(decays, WeightDecay.OfMatrices(name, parameter));
    }
}
