using Amused.Networks.Layers;
using Amused.Weights;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Operators;

/// <summary>What a transformer layer of the U-ViT is made of, as it is called there.</summary>
public class LayerBenchmarks : OperatorBenchmark
{
    private const int Heads = 16, TextTokens = 77;

    private Attention attention = null!;
    private RmsNorm norm = null!;
    private GegluFeedForward feedForward = null!;
    private Tensor[] text = null!;
    private Tensor x = null!;

    /// <summary>Self-attention, its four linear layers among it.</summary>
    [Benchmark]
    public void SelfAttention() => Call(() => attention.Forward(x));

    /// <summary>Attention to the text states, whose keys and values are there already.</summary>
    [Benchmark]
    public void CrossAttention() => Call(() => attention.Forward(x, text[0], text[1]));

    /// <summary>RMSNorm.</summary>
    [Benchmark]
    public void RmsNorm() => Call(() => norm.Forward(x));

    /// <summary>The feed-forward part: two linear layers and GEGLU between them.</summary>
    [Benchmark]
    public void Geglu() => Call(() => feedForward.Forward(x));

    protected override void Prepare(ParameterBuilder builder)
    {
        attention = new(builder["attention"], Width, Width, Heads);
        norm = new(builder["norm"], Width, 1e-6);
        feedForward = new(builder["feed_forward"], Width, 2816);
        x = Random(Sequences, Tokens, Width);
        using var inference = inference_mode();
        text = attention.Project(Random(Sequences, TextTokens, Width));
    }
}
