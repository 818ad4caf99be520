using System.Diagnostics;
using Amused.Networks.Kernels;
using Amused.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Amused.Cli.Bench;

/// <summary>How fast this process multiplies matrices with nothing around it: the measure that a network's own speed is held against.</summary>
internal static class MatrixProducts
{
    /// <summary>1,024 tokens, 1,024 channels to 4,096: as wide as the published U-ViT's layers, and long enough that nothing but the product counts.</summary>
    private const int Rows = 1024, Inputs = 1024, Outputs = 4096;

    private const double Flop = 2.0 * Rows * Inputs * Outputs;
    private const int FewestProducts = 3, WarmUps = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.4);

    /// <summary>Measures each type for about half a second; int8 (unsigned by signed bytes) where this machine multiplies bytes.</summary>
    /// <param name="device">Where.</param>
    /// <param name="cancellation">Stops between two products.</param>
    /// <returns>The median of the products' 10⁹ operations a second, by the type's name on the command line.</returns>
    public static IReadOnlyDictionary<string, double> Measure(Device device, CancellationToken cancellation = default)
    {
        Dictionary<string, double> rates = new()
        {
            ["fp32"] = Rate(_ => Numbers(ScalarType.Float32, device), device, cancellation),
            ["bf16"] = Rate(_ => Numbers(ScalarType.BFloat16, device), device, cancellation),
        };
        if (device.type == DeviceType.CPU && Processor.HasVnni && StableInterface.HasInt8Products)
            rates["int8"] = Rate(Bytes, device, cancellation);
        return rates;
    }

    private static Func<Tensor> Numbers(ScalarType type, Device device)
    {
        var (x, weight) = (randn([Rows, Inputs]).to(type, device), randn([Outputs, Inputs]).to(type, device));
        return () => nn.functional.linear(x, weight);
    }

    private static Func<Tensor> Bytes(DisposeScope scope)
    {
        var (x, weight) = (randint(0, 256, [Rows, Inputs], ScalarType.Byte), randint(-127, 128, [Outputs, Inputs], ScalarType.Int8));
        var (packed, scales) = (StableInterface.PackInt8(weight), ones(Outputs));
        scope.Attach(packed);
        return () => StableInterface.MultiplyInt8(x, packed, scales, Int8Weight.Constants, ScalarType.BFloat16);
    }

    private static double Rate(Func<DisposeScope, Func<Tensor>> prepare, Device device, CancellationToken cancellation)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var multiply = prepare(scope);
        List<double> seconds = [];
        var clock = Stopwatch.StartNew();
        for (var number = 0; seconds.Count < FewestProducts || clock.Elapsed < Patience; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            multiply().Dispose();
            if (device.type == DeviceType.CUDA)
                cuda.synchronize(device);
            if (number >= WarmUps)
                seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return Math.Round(Flop / 1e9 / Figure.Of(seconds).Median, 1);
    }
}
