using Amused.Runtime;
using Amused.Weights;
using BenchmarkDotNet.Attributes;
using TorchSharp;
using static TorchSharp.torch;

namespace Operators;

/// <summary>What benchmarks of operators share: random layers and inputs, and calls that leave nothing behind.</summary>
public abstract class OperatorBenchmark
{
    /// <summary>The published 256 model: two sequences (guidance) of 16 × 16 tokens, 1,024 channels.</summary>
    protected const int Sequences = 2, Tokens = 256, Width = 1024;

    private readonly ParameterSet parameters = new();
    private DisposeScope? scope;

    /// <summary>The type of weights and activations.</summary>
    [ParamsSource(nameof(Types))]
    public ScalarType Type { get; set; }

    public static IEnumerable<ScalarType> Types => [ScalarType.Float32, ScalarType.BFloat16];

    [GlobalSetup]
    public void Setup()
    {
        TorchTuning.Use(TorchTuning.CommandLine);
        TorchRuntime.EnsureLoaded();
        scope = NewDisposeScope();
        using var source = new RandomSource(1, Type);
        Prepare(new ParameterBuilder(source, parameters));
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        scope?.Dispose();
        parameters.Dispose();
    }

    /// <summary>Makes layers and inputs; they live until all calls have been measured.</summary>
    protected abstract void Prepare(ParameterBuilder builder);

    /// <summary>Numbers around 0 in the type that is measured.</summary>
    protected Tensor Random(params long[] shape) => randn(shape).to(Type);

    /// <summary>One call, as a pipeline makes it.</summary>
    protected static void Call(Func<Tensor> operation)
    {
        using var inference = inference_mode();
        using var inner = NewDisposeScope();
        _ = operation();
    }
}
