using Amused.Networks.Layers;
using Amused.Networks.Vqgan;
using Amused.Weights;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Operators;

/// <summary>
/// The blocks of the VQ decoder at the published widths, for a picture of 256 × 256, in the memory layout that the decoder keeps.
/// </summary>
public class DecoderBenchmarks : OperatorBenchmark
{
    private const int Groups = 32;

    private VqResnetBlock wide = null!, narrow = null!;
    private Conv2d last = null!;
    private Tensor first = null!, full = null!;

    /// <summary>The first stage's block: 768 channels, 16 × 16.</summary>
    [Benchmark]
    public void WideBlock() => Call(() => wide.Forward(first));

    /// <summary>The last stage's block: 128 channels, 256 × 256.</summary>
    [Benchmark]
    public void NarrowBlock() => Call(() => narrow.Forward(full));

    /// <summary>A 3 × 3 convolution of 128 channels on 256 × 256.</summary>
    [Benchmark]
    public void Convolution() => Call(() => last.Forward(full));

    protected override void Prepare(ParameterBuilder builder)
    {
        wide = new(builder["wide"], 768, 768, Groups);
        narrow = new(builder["narrow"], 128, 128, Groups);
        last = new(builder["last"], 128, 128, kernel: 3, padding: 1);
        (first, full) = (ChannelsLast(Random(1, 16, 16, 768)), ChannelsLast(Random(1, 256, 256, 128)));
    }

    /// <summary>(B, H, W, C) in memory → (B, C, H, W) as a view of it.</summary>
    private static Tensor ChannelsLast(Tensor x) => x.permute(0, 3, 1, 2);
}
