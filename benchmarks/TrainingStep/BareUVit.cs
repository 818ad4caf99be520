using Amused.Networks.UVit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingStep;

/// <summary>
/// The U-ViT written down in TorchSharp's own calls, as one would for a script: what the project's network and trainer are measured
/// against.
/// </summary>
/// <param name="config">Its sizes.</param>
/// <param name="weights">Its weights by checkpoint key.</param>
internal sealed class BareUVit(UVit2DConfig config, IReadOnlyDictionary<string, Tensor> weights)
{
    /// <summary>Ids (B, H, W), states (B, S, D), pooled (B, P), micro-conditions (B, 5) → logits (B, H, W, codebook).</summary>
    public Tensor Forward(Tensor ids, Tensor states, Tensor pooled, Tensor micro)
    {
        var text = Rms(Lin(states, "encoder_proj"), "encoder_proj_layer_norm");
        var half = config.MicroCondEncodeDim / 2;
        var frequencies = exp(-Math.Log(10000) * arange(half, ScalarType.Float32) / half);
        var angles = micro.unsqueeze(-1) * frequencies;
        var condition = cat([pooled, cat([angles.cos(), angles.sin()], -1).flatten(1)], 1);
        condition = silu(Lin(silu(Lin(condition, "cond_embed.linear_1")), "cond_embed.linear_2"));

        var x = weights["embed.embeddings.weight"].index_select(0, ids.flatten()).view(ids.shape[0], ids.shape[1], ids.shape[2], -1);
        x = Pointwise(Rms(x, "embed.layer_norm"), "embed.conv");
        if (config.Downsample)
            x = conv2d(Rms(x, "down_block.downsample.norm").permute(0, 3, 1, 2), weights["down_block.downsample.conv.weight"],
                strides: [2L, 2L]).permute(0, 2, 3, 1);
        x = Stage(x, text, condition, "down_block");
        var (rows, columns) = (x.shape[1], x.shape[2]);
        x = Lin(Rms(x.flatten(1, 2), "project_to_hidden_norm"), "project_to_hidden");
        for (var i = 0; i < config.NumHiddenLayers; i++)
            x = Layer(x, text, condition, $"transformer_layers.{i}");
        x = Lin(Rms(x, "project_from_hidden_norm"), "project_from_hidden").view(x.shape[0], rows, columns, -1);
        x = Stage(x, text, condition, "up_block");
        if (config.Upsample)
            x = conv_transpose2d(Rms(x, "up_block.upsample.norm").permute(0, 3, 1, 2), weights["up_block.upsample.conv.weight"],
                strides: [2L, 2L]).permute(0, 2, 3, 1);
        return Pointwise(Rms(Pointwise(x, "mlm_layer.conv1"), "mlm_layer.layer_norm"), "mlm_layer.conv2");
    }

    private Tensor Stage(Tensor x, Tensor text, Tensor condition, string name)
    {
        for (var i = 0; i < config.NumResBlocks; i++)
        {
            var block = $"{name}.res_blocks.{i}";
            var y = conv2d(x.permute(0, 3, 1, 2), weights[$"{block}.depthwise.weight"], padding: [1L, 1L], groups: x.shape[3])
                .permute(0, 2, 3, 1);
            y = gelu(Lin(Rms(y, $"{block}.norm"), $"{block}.channelwise_linear_1"));
            var norms = linalg.vector_norm(y, 2, [1L, 2L], keepdim: true);
            y = weights[$"{block}.channelwise_norm.gamma"] * (y * (norms / (norms.mean([-1L],
                keepdim: true) + 1e-6))) + weights[$"{block}.channelwise_norm.beta"] + y;
            x = Modulate(x + Lin(y, $"{block}.channelwise_linear_2"), condition, $"{block}.cond_embeds_mapper");

            block = $"{name}.attention_blocks.{i}";
            var mapped = config.HiddenSize == config.BlockOutChannels ? text : Lin(silu(text), $"{block}.kv_mapper");
            var z = x.flatten(1, 2);
            z = z + Attend(Rms(z, $"{block}.norm1"), mapped, $"{block}.attn1", config.BlockNumHeads);
            z = z + Attend(Rms(z, $"{block}.norm2"), mapped, $"{block}.attn2", config.BlockNumHeads);
            x = z.view(x.shape);
        }
        return x;
    }

    private Tensor Layer(Tensor x, Tensor text, Tensor condition, string name)
    {
        var y = Modulate(Rms(x, $"{name}.norm1.norm"), condition, $"{name}.norm1.linear");
        x = x + Attend(y, y, $"{name}.attn1", config.NumAttentionHeads);
        y = Modulate(Rms(x, $"{name}.norm2.norm"), condition, $"{name}.norm2.linear");
        x = x + Attend(y, text, $"{name}.attn2", config.NumAttentionHeads);
        y = layer_norm(x, [x.shape[2]], weights[$"{name}.norm3.norm.weight"], eps: config.LayerNormEps);
        var parts = Lin(Modulate(y, condition, $"{name}.norm3.linear"), $"{name}.ff.net.0.proj").chunk(2, -1);
        return x + Lin(parts[0] * gelu(parts[1]), $"{name}.ff.net.2");
    }

    private Tensor Attend(Tensor x, Tensor context, string name, int heads)
    {
        Tensor Heads(Tensor y) => y.view(y.shape[0], y.shape[1], heads, -1).transpose(1, 2);
        var mixed = scaled_dot_product_attention(Heads(Lin(x, $"{name}.to_q")), Heads(Lin(context, $"{name}.to_k")),
            Heads(Lin(context, $"{name}.to_v")));
        return Lin(mixed.transpose(1, 2).flatten(2), $"{name}.to_out.0");
    }

    private Tensor Modulate(Tensor x, Tensor condition, string name)
    {
        var parts = Lin(condition, name).chunk(2, -1);
        long[] shape = x.dim() == 4 ? [x.shape[0], 1, 1, x.shape[3]] : [x.shape[0], 1, x.shape[2]];
        return x * (1 + parts[0].view(shape)) + parts[1].view(shape);
    }

    private Tensor Rms(Tensor x, string name) =>
        x * (x.square().mean([-1L], keepdim: true) + config.LayerNormEps).rsqrt() * weights[$"{name}.weight"];

    private Tensor Lin(Tensor x, string name) => linear(x, weights[$"{name}.weight"]);

    private Tensor Pointwise(Tensor x, string name) => linear(x, weights[$"{name}.weight"].flatten(1));
}
