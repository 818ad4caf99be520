using Amused.Layers;
using Amused.Layers.Kernels;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>
/// The masked-token transformer of aMUSEd: a U-ViT (Hoogeboom et al., 2023) that predicts a code for each place of a token grid from the codes known so far,
/// text states and micro-conditions (aMUSEd report, section 3).
/// </summary>
/// <remarks>
/// Activations are kept as (B, H, W, C) and, inside the transformer, (B, H·W, C); tokens are in row-major order. Any grid will do whose sides
/// are even where there is down-sampling.
/// </remarks>
public sealed class UVit2DModel
{
    private readonly Linear encoderProj;
    private readonly RmsNorm encoderProjNorm, toHiddenNorm, fromHiddenNorm;
    private readonly ConditionEmbedding condition;
    private readonly TokenEmbedding embed;
    private readonly UVitStage downBlock, upBlock;
    private readonly Linear toHidden, fromHidden;
    private readonly IReadOnlyList<TransformerLayer> layers;
    private readonly CodePredictionHead head;

    /// <summary>Builds the network.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="parameters">The root of its parameters' names.</param>
    /// <exception cref="BrokenInputException">The configuration asks for what no aMUSEd checkpoint has, or contradicts the parameters.</exception>
    public UVit2DModel(UVit2DConfig config, ParameterBuilder parameters)
    {
        config.ThrowIfUnusable();
        Config = config;
        var (hidden, width, eps) = (config.HiddenSize, config.BlockOutChannels, config.LayerNormEps);
        encoderProj = new(parameters["encoder_proj"], config.EncoderHiddenSize, hidden);
        encoderProjNorm = new(parameters["encoder_proj_layer_norm"], hidden, eps);
        condition = new(config, parameters["cond_embed"]);
        embed = new(config, parameters["embed"]);
        downBlock = new(config, parameters["down_block"], downsample: config.Downsample);
        toHiddenNorm = new(parameters["project_to_hidden_norm"], width, eps);
        toHidden = new(parameters["project_to_hidden"], width, hidden, isSensitive: true);
        layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new TransformerLayer(config, parameters["transformer_layers"][i]))];
        fromHiddenNorm = new(parameters["project_from_hidden_norm"], hidden, eps);
        fromHidden = new(parameters["project_from_hidden"], hidden, width, isSensitive: true);
        upBlock = new(config, parameters["up_block"], upsample: config.Upsample);
        head = new(config, parameters["mlm_layer"]);
    }

    /// <summary>The network's sizes.</summary>
    public UVit2DConfig Config { get; }

    /// <summary>Receives named activations as they arise, for tests and for looking inside; names are the parts' checkpoint names.</summary>
    internal Action<string, Tensor>? Observer { get; set; }

    /// <summary>How each block is run, the transformer layers and those of the convolutional stages; null: directly.</summary>
    internal BlockRunner? BlockRunner { get; set; }

    /// <summary>Prepares what stays the same at every step.</summary>
    /// <param name="textStates">The text tower's penultimate states, (B, S, encoder hidden).</param>
    /// <param name="pooledText">Its projected pooled state, (B, cond embed).</param>
    /// <param name="microConditions">(B, 5) float32: width, height, two crop coordinates, aesthetic score.</param>
    public UVitCondition Prepare(Tensor textStates, Tensor pooledText, Tensor microConditions)
    {
        var text = Observe("encoder_hidden_states", encoderProjNorm.Forward(encoderProj.ForwardOnce(textStates)));
        var vector = nn.functional.silu(Observe("cond_embed", condition.Forward(pooledText, microConditions)));
        return new(
            textStates.dtype, downBlock.Prepare(vector, text), [.. layers.Select(layer => layer.Prepare(vector, text))], upBlock.Prepare(vector, text));
    }

    /// <summary>Predicts every token.</summary>
    /// <param name="inputIds">(B, H, W) int64: codes, and the mask token where nothing is known.</param>
    /// <param name="condition">What <see cref="Prepare"/> gave for the same batch.</param>
    /// <returns>Logits, (B, codebook, H, W).</returns>
    public Tensor Forward(Tensor inputIds, UVitCondition condition)
    {
        using var scope = NewDisposeScope();
        return head.Forward(Features(inputIds, condition)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Predicts some tokens under guidance: the head works on their positions alone, and its last layer on what guidance has made of both passes.</summary>
    /// <param name="inputIds">(B, H, W) int64.</param>
    /// <param name="condition">What <see cref="Prepare"/> gave for the same batch.</param>
    /// <param name="conditional">(n) int64: the wanted positions in the passes with the prompt, counted through the whole batch in row-major order.</param>
    /// <param name="unconditional">(n) int64: the same positions in the passes without it; null without guidance.</param>
    /// <param name="scales">(n, 1) float32: the guidance scale of each; null without guidance.</param>
    /// <returns>Logits, (n, codebook).</returns>
    internal Tensor ForwardAt(Tensor inputIds, UVitCondition condition, Tensor conditional, Tensor? unconditional, Tensor? scales)
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
    private Tensor Features(Tensor inputIds, UVitCondition condition)
    {
        using var scope = NewDisposeScope();
        var x = Observe("embed", embed.Forward(inputIds, condition.Type));
        x = Observe("down_block", downBlock.Forward(x, condition.Down, BlockRunner, Observer, "down_block"));
        var (rows, columns) = (x.shape[1], x.shape[2]);
        x = toHidden.Forward(toHiddenNorm.Forward(x.flatten(1, 2)));
        x = Transform(x, condition);
        x = fromHidden.Forward(fromHiddenNorm.Forward(x)).unflatten(1, [rows, columns]);
        x = Observe("up_block", upBlock.Forward(x, condition.Up, BlockRunner, Observer, "up_block"));
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The transformer layers, (B, T, hidden) → the same shape.</summary>
    private Tensor Transform(Tensor x, UVitCondition condition)
    {
        if (BlockRunner is null && Observer is null && FusedResidual.Fits(x))
        {
            var residual = new FusedResidual(x);
            for (var i = 0; i < layers.Count; i++)
                layers[i].Forward(residual, condition.Layers[i]);
            return residual.ToTensor();
        }
        for (var i = 0; i < layers.Count; i++)
            x = Observe($"transformer_layers.{i}", BlockRunner.Run(layers[i].Forward, x, condition.Layers[i]));
        return x;
    }

    private Tensor Observe(string name, Tensor activation)
    {
        Observer?.Invoke(name, activation);
        return activation;
    }
}
