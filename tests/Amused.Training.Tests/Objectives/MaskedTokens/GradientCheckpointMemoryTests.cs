using System.Globalization;
using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

/// <summary>Measures the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(GradientCheckpointMemoryTests), DisableParallelization = true)]
[Collection(nameof(GradientCheckpointMemoryTests))]
public sealed class GradientCheckpointMemoryTests
{
    private const int Blocks = 6, KeptPerBlock = 6;

    /// <summary>36 MB.</summary>
    private const long Elements = 9 << 20;

    [Fact]
    [Trait("Category", "Long")]
    public void What_stands_inside_a_function_is_not_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak is read from /proc.");
        using GradientCheckpoint checkpoint = new();
        var plain = PeakOf(function => x => function([x]));
        var recomputed = PeakOf(function => x => checkpoint.Run(function, x));
        // Each block keeps its input, and one at a time all of it: 12 of 36 tensors, and a few that gradients take.
        Assert.InRange(recomputed / plain, 0.2, 0.5);
    }

    private static double PeakOf(Func<Func<IReadOnlyList<Tensor>, Tensor>, Func<Tensor, Tensor>> runner)
    {
        using var scope = NewDisposeScope();
        var start = zeros(Elements).requires_grad_();
        NativeHeap.ReturnFreePages(); // What another test kept for later would be used unseen.
        File.WriteAllText("/proc/self/clear_refs", "5"); // The peak begins anew.
        var before = Peak();
        var x = start;
        for (var block = 0; block < Blocks; block++)
            x = runner(Block)(x);
        x.sum().backward();
        return Peak() - before;
    }

    /// <summary>Each sine keeps its input.</summary>
    private static Tensor Block(IReadOnlyList<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        var x = inputs[0];
        for (var i = 0; i < KeptPerBlock; i++)
            x = x.sin();
        return x.MoveToOuterDisposeScope();
    }

    private static double Peak() => double.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);
}
