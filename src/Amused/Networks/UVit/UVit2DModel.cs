using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.UVit;

/// <summary>
/// The masked-token transformer of aMUSEd: a U-ViT (Hoogeboom et al., 2023) that predicts a code for each place of a token grid from the
/// codes known so far, text states and micro-conditions (aMUSEd report, section 3).
/// </summary>
/// <remarks>
/// Activations are kept as (B, H, W, C) and, inside the transformer, (B, H·W, C); tokens are in row-major order. Any grid will do whose
/// sides are even where there is down-sampling.
/// </remarks>
public sealed class UVit2DModel
{
    private readonly Linear encoderProj;
    private readonly RmsNorm encoderProjNorm;
    private readonly ConditionEmbedding condition;
    private readonly TokenEmbedding embed;
    private readonly Resampling? downsampling, upsampling;
    private readonly BlockStack down, layers, up;
    private readonly RmsNorm toHiddenNorm, fromHiddenNorm;
    private readonly Linear toHidden, fromHidden;
    private readonly CodePredictionHead head;

    /// <summary>Builds the network.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="parameters">The root of its parameters' names.</param>
    /// <exception cref="BrokenInputException">
    /// The configuration asks for what no aMUSEd checkpoint has, or contradicts the parameters.
    /// </exception>
    public UVit2DModel(UVit2DConfig config, ParameterBuilder parameters)
    {
        config.ThrowIfUnusable();
        Config = config;
        var (hidden, width, eps) = (config.HiddenSize, config.BlockOutChannels, config.LayerNormEps);
        encoderProj = new(parameters["encoder_proj"], config.EncoderHiddenSize, hidden);
        encoderProjNorm = new(parameters["encoder_proj_layer_norm"], hidden, eps);
        condition = new(config, parameters["cond_embed"]);
        embed = new(parameters["embed"], config.VocabSize, config.InChannels, width, eps);
        var (downBlock, upBlock) = (UVitStage.Place(config, parameters["down_block"]), UVitStage.Place(config, parameters["up_block"]));
        downsampling = config.Downsample ? new(downBlock["downsample"], width, eps, up: false) : null;
        down = new([.. UVitStage.Blocks(config, downBlock)]);
        toHiddenNorm = new(parameters["project_to_hidden_norm"], width, eps);
        toHidden = new(parameters["project_to_hidden"], width, hidden, isSensitive: true);
        layers = new([.. Enumerable.Range(0, config.NumHiddenLayers)
            .Select(i => new TransformerLayer(config, parameters["transformer_layers"][i]))]);
        fromHiddenNorm = new(parameters["project_from_hidden_norm"], hidden, eps);
        fromHidden = new(parameters["project_from_hidden"], hidden, width, isSensitive: true);
        up = new([.. UVitStage.Blocks(config, upBlock)]);
        upsampling = config.Upsample ? new(upBlock["upsample"], width, eps, up: true) : null;
        head = new(parameters["mlm_layer"], width, config.InChannels, config.CodebookSize, eps);
    }

    /// <summary>The network's sizes.</summary>
    public UVit2DConfig Config { get; }

    /// <summary>The stacks of blocks, in the order of the signal, whose place something faster may take.</summary>
    internal IReadOnlyList<BlockStack> Stacks => [down, layers, up];

    /// <summary>Runs each part of the network; null: directly, and by what is fast.</summary>
    internal BlockHook? Hook { get; set; }

    /// <summary>Prepares what stays the same at every step, since the network has no time-step input.</summary>
    /// <param name="textStates">The text tower's penultimate states, (B, S, encoder hidden).</param>
    /// <param name="pooledText">Its projected pooled state, (B, cond embed).</param>
    /// <param name="microConditions">(B, 5) float32: width, height, two crop coordinates, aesthetic score.</param>
    /// <returns>
    /// What the condition comes to in each block, in the order of the signal, batch first: rows of several may be joined. In the dispose
    /// scope that is open.
    /// </returns>
    public Tensor[] Prepare(Tensor textStates, Tensor pooledText, Tensor microConditions)
    {
        var text = Part("encoder_hidden_states", inputs => encoderProjNorm.Forward(encoderProj.ForwardOnce(inputs[0])), textStates);
        var vector = nn.functional.silu(Part("cond_embed", inputs => condition.Forward(inputs[0], inputs[1]), pooledText, microConditions));
        return [.. Stacks.SelectMany(stack => stack.Blocks).Cast<IUVitBlock>().SelectMany(block => block.Prepare(vector, text))];
    }

    /// <summary>Predicts every token.</summary>
    /// <param name="inputIds">(B, H, W) int64: codes, and the mask token where nothing is known.</param>
    /// <param name="condition">What <see cref="Prepare"/> gave for the same batch.</param>
    /// <returns>Logits, (B, codebook, H, W).</returns>
    public Tensor Forward(Tensor inputIds, Tensor[] condition)
    {
        using var scope = NewDisposeScope();
        return head.ToLogits(head.ToStates(Features(inputIds, condition))).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Predicts some tokens under guidance: the head works on their positions alone, and its last layer on what guidance has made of both
    /// passes.
    /// </summary>
    /// <param name="inputIds">(B, H, W) int64.</param>
    /// <param name="condition">What <see cref="Prepare"/> gave for the same batch.</param>
    /// <param name="conditional">
    /// (n) int64: the wanted positions in the passes with the prompt, counted through the whole batch in row-major order.
    /// </param>
    /// <param name="unconditional">(n) int64: the same positions in the passes without it; null without guidance.</param>
    /// <param name="scales">(n, 1) float32: the guidance scale of each; null without guidance.</param>
    /// <returns>Logits, (n, codebook).</returns>
    internal Tensor ForwardAt(Tensor inputIds, Tensor[] condition, Tensor conditional, Tensor? unconditional, Tensor? scales)
    {
        using var scope = NewDisposeScope();
        var features = Features(inputIds, condition).flatten(0, 2);
        var states = head.ToStates(features.index_select(0, conditional));
        if (unconditional is not null && scales is not null)
        {
            var start = head.ToStates(features.index_select(0, unconditional)).to(ScalarType.Float32);
            states = (states.to(ScalarType.Float32) - start).mul_(scales).add_(start).to(states.dtype);
        }
        return head.ToLogits(states).MoveToOuterDisposeScope();
    }

    /// <summary>All but the head: (B, H, W) → (B, H, W, block channels).</summary>
    private Tensor Features(Tensor inputIds, ReadOnlySpan<Tensor> condition)
    {
        using var scope = NewDisposeScope();
        var type = condition[0].dtype;
        var x = Part("embed", inputs => embed.Forward(inputs[0], type), inputIds);
        x = downsampling?.Forward(x) ?? x;
        x = down.Forward(x, ref condition, Hook);
        var (rows, columns) = (x.shape[1], x.shape[2]);
        x = toHidden.Forward(toHiddenNorm.Forward(x.flatten(1, 2)));
        x = layers.Forward(x, ref condition, Hook);
        x = fromHidden.Forward(fromHiddenNorm.Forward(x)).unflatten(1, [rows, columns]);
        x = up.Forward(x, ref condition, Hook);
        return Part("up_block", inputs => upsampling?.Forward(inputs[0]) ?? inputs[0].alias(), x).MoveToOuterDisposeScope();
    }

    private Tensor Part(string name, Func<Tensor[], Tensor> part, params Tensor[] inputs) =>
        Hook?.Invoke(name, part, inputs) ?? part(inputs);
}

/// <summary>A block of the U-ViT, which the condition reaches in two forms.</summary>
internal interface IUVitBlock : IBlock
{
    /// <summary>What stays the same at every step: <see cref="IBlock.ConditionSize"/> tensors, batch first.</summary>
    /// <param name="vector">The condition vector after SiLU, (B, hidden).</param>
    /// <param name="text">The projected text states, (B, S, hidden).</param>
    Tensor[] Prepare(Tensor vector, Tensor text);
}
