using System.Globalization;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class GradientCheckpointMemoryTests
{
    /// <summary>In a process of its own, whose peak is the tensors' alone, and whose heap gives back what is freed.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public void What_stands_inside_a_function_is_not_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak is read from /proc.");
        BareProcess.RunExplicit(typeof(InBareProcess));
    }

    /// <summary>What runs there.</summary>
    public sealed class InBareProcess
    {
        private const int Blocks = 6, KeptPerBlock = 6;

        /// <summary>Beyond 32 MB, so that each tensor's memory goes back to the system with it and the peak is exact.</summary>
        private const long Elements = 9 << 20;

        [Fact(Explicit = true)]
        public void The_peak_is_that_of_inputs_and_one_block()
        {
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
            File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture);
    }
}
