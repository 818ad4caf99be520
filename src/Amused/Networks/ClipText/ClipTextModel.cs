using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.ClipText;

/// <summary>What the text tower says of a batch of texts.</summary>
/// <param name="HiddenStates">
/// The embeddings, then the states after each block, (B, T, hidden) each; the last one is before the final norm. The second-to-last
/// conditions the U-ViT.
/// </param>
/// <param name="LastHiddenState">The last states after the final norm, (B, T, hidden).</param>
/// <param name="TextEmbeds">The projected state at the end token, (B, projection).</param>
public sealed record ClipTextOutput(IReadOnlyList<Tensor> HiddenStates, Tensor LastHiddenState, Tensor TextEmbeds)
{
    /// <summary>The states before the last block, (B, T, hidden): <c>hidden_states[-2]</c>.</summary>
    public Tensor PenultimateHiddenState => HiddenStates[^2];
}

/// <summary>
/// CLIP's text tower with projection (Radford et al., 2021, section 2.4): a causal pre-norm transformer over token and position embeddings,
/// without a padding mask.
/// </summary>
public sealed class ClipTextModel
{
    /// <summary>The <c>eos_token_id</c> that stands in old configurations, whatever the tokenizer says.</summary>
    internal const int LegacyEndTokenId = 2;

    private readonly Embedding tokens, positions;
    private readonly IReadOnlyList<ClipTextBlock> blocks;
    private readonly LayerNorm finalNorm;
    private readonly Linear projection;

    /// <summary>Builds the tower.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="parameters">The root of its parameters' names.</param>
    /// <exception cref="BrokenInputException">The configuration contradicts itself or the parameters.</exception>
    public ClipTextModel(ClipTextConfig config, ParameterBuilder parameters)
    {
        config.ThrowIfUnusable();
        Config = config;
        var tower = parameters["text_model"];
        tokens = new(tower["embeddings"]["token_embedding"], config.VocabSize, config.HiddenSize);
        positions = new(tower["embeddings"]["position_embedding"], config.MaxPositionEmbeddings, config.HiddenSize);
        blocks = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new ClipTextBlock(config, tower["encoder"]["layers"][i]))];
        finalNorm = new(tower["final_layer_norm"], config.HiddenSize, config.LayerNormEps, useBias: true);
        projection = new(parameters["text_projection"], config.HiddenSize, config.ProjectionDim);
    }

    /// <summary>The tower's sizes.</summary>
    public ClipTextConfig Config { get; }

    /// <summary>Reads texts.</summary>
    /// <param name="inputIds">(B, T) int64, T ≤ <see cref="ClipTextConfig.MaxPositionEmbeddings"/>.</param>
    /// <param name="type">The arithmetic.</param>
    public ClipTextOutput Forward(Tensor inputIds, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        var places = arange(inputIds.shape[1], dtype: ScalarType.Int64, device: inputIds.device);
        var x = tokens.Forward(inputIds, type) + positions.Forward(places, type);
        List<Tensor> states = [x];
        foreach (var block in blocks)
            states.Add(x = block.Forward(x));
        var last = finalNorm.Forward(x);
        var end = EndPositions(inputIds).view(-1, 1, 1).expand(-1, 1, last.shape[2]);
        var pooled = projection.ForwardOnce(last.gather(1, end).squeeze(1));
        return new([.. states.Select(state => state.MoveToOuterDisposeScope())], last.MoveToOuterDisposeScope(),
            pooled.MoveToOuterDisposeScope());
    }

    /// <summary>(B, T) → (B): the position whose state is pooled, the first one on ties.</summary>
    private Tensor EndPositions(Tensor ids) => Config.EosTokenId == LegacyEndTokenId
        ? ids.argmax(-1)
        : ids.eq(Config.EosTokenId).to(ScalarType.Int64).argmax(-1);
}

/// <summary>Pre-norm causal self-attention and feed-forward part, each with a residual.</summary>
internal sealed class ClipTextBlock
{
    private readonly LayerNorm norm1, norm2;
    private readonly Linear query, key, value, attentionOut, feedForwardIn, feedForwardOut;
    private readonly int heads;
    private readonly Func<Tensor, Tensor> activation;

    public ClipTextBlock(ClipTextConfig config, ParameterBuilder parameters)
    {
        long width = config.HiddenSize;
        var attention = parameters["self_attn"];
        norm1 = new(parameters["layer_norm1"], width, config.LayerNormEps, useBias: true);
        query = new(attention["q_proj"], width, width, useBias: true);
        key = new(attention["k_proj"], width, width, useBias: true);
        value = new(attention["v_proj"], width, width, useBias: true);
        attentionOut = new(attention["out_proj"], width, width, useBias: true);
        norm2 = new(parameters["layer_norm2"], width, config.LayerNormEps, useBias: true);
        feedForwardIn = new(parameters["mlp"]["fc1"], width, config.IntermediateSize, useBias: true);
        feedForwardOut = new(parameters["mlp"]["fc2"], config.IntermediateSize, width, useBias: true);
        heads = config.NumAttentionHeads;
        activation = config.HiddenAct == "gelu" ? nn.functional.gelu : QuickGelu;
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = x + Attend(norm1.Forward(x));
        x = x + feedForwardOut.ForwardOnce(activation(feedForwardIn.ForwardOnce(norm2.Forward(x))));
        return x.MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor x)
    {
        var mixed = nn.functional.scaled_dot_product_attention(
            query.ForwardOnce(x).SplitHeads(heads), key.ForwardOnce(x).SplitHeads(heads), value.ForwardOnce(x).SplitHeads(heads),
            is_casual: true);
        return attentionOut.ForwardOnce(mixed.MergeHeads());
    }

    private static Tensor QuickGelu(Tensor x) => x * (x * 1.702).sigmoid_();
}
