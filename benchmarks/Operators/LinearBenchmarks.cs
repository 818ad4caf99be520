using Amused.Networks.Layers;
using Amused.Weights;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Operators;

/// <summary>The linear layers of the U-ViT, over the tokens of both sequences.</summary>
public class LinearBenchmarks : OperatorBenchmark
{
    private Linear projection = null!, feedForwardIn = null!, feedForwardOut = null!, head = null!;
    private Tensor x = null!, inner = null!, narrow = null!;

    /// <summary>1,024 → 1,024: queries, keys, values and what comes of them.</summary>
    [Benchmark]
    public void Projection() => Call(() => projection.Forward(x));

    /// <summary>1,024 → 2 × 2,816: into the feed-forward part.</summary>
    [Benchmark]
    public void FeedForwardIn() => Call(() => feedForwardIn.Forward(x));

    /// <summary>2,816 → 1,024: out of it.</summary>
    [Benchmark]
    public void FeedForwardOut() => Call(() => feedForwardOut.Forward(inner));

    /// <summary>768 → 8,192: the head's last.</summary>
    [Benchmark]
    public void Head() => Call(() => head.Forward(narrow));

    protected override void Prepare(ParameterBuilder builder)
    {
        const int feedForward = 2816, headWidth = 768, codes = 8192;
        projection = new(builder["projection"], Width, Width);
        feedForwardIn = new(builder["in"], Width, 2 * feedForward);
        feedForwardOut = new(builder["out"], feedForward, Width);
        head = new(builder["head"], headWidth, codes);
        (x, inner, narrow) =
            (Random(Sequences, Tokens, Width), Random(Sequences, Tokens, feedForward), Random(Sequences, Tokens, headWidth));
    }
}
