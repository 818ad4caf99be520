using System.Diagnostics;
using Amused.Benchmarking.Results;
using TorchSharp;
using static TorchSharp.torch;

namespace Amused.Benchmarking.Measuring;

/// <summary>How fast this process multiplies matrices with nothing around it: the measure that a network's own speed is held against.</summary>
public static class MatrixProducts
{
    /// <summary>1,024 tokens, 1,024 channels to 4,096: as wide as the published U-ViT's layers, and long enough that nothing but the product counts.</summary>
    private const int Rows = 1024, Inputs = 1024, Outputs = 4096;

    private const double Flop = 2.0 * Rows * Inputs * Outputs;
    private const int FewestProducts = 3, WarmUps = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.4);

    private static readonly (string Name, ScalarType Type)[] Types = [("fp32", ScalarType.Float32), ("bf16", ScalarType.BFloat16)];

    /// <summary>Measures each type for about half a second.</summary>
    /// <param name="device">Where.</param>
    /// <param name="cancellation">Stops between two products.</param>
    /// <returns>The median of the products' 10⁹ operations a second, by the type's name on the command line.</returns>
    public static IReadOnlyDictionary<string, double> Measure(Device device, CancellationToken cancellation = default) =>
        Types.ToDictionary(type => type.Name, type => Math.Round(Flop / 1e9 / Seconds(type.Type, device, cancellation), 1));

    private static double Seconds(ScalarType type, Device device, CancellationToken cancellation)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var (x, weight) = (randn([Rows, Inputs]).to(type, device), randn([Outputs, Inputs]).to(type, device));
        List<double> seconds = [];
        var clock = Stopwatch.StartNew();
        for (var number = 0; seconds.Count < FewestProducts || clock.Elapsed < Patience; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            nn.functional.linear(x, weight).Dispose();
            if (device.type == DeviceType.CUDA)
                cuda.synchronize(device);
            if (number >= WarmUps)
                seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return Figure.Of(seconds).Median;
    }
}
