using System.Globalization;
using System.Runtime.InteropServices;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Weights;

/// <summary>Measures the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(LoadingMemoryTests), DisableParallelization = true)]
[Collection(nameof(LoadingMemoryTests))]
public sealed partial class LoadingMemoryTests
{
    private const int Tensors = 25;
    private const long Rows = 5000, Columns = 1000;

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(ScalarType.Float32, 4)]
    [InlineData(ScalarType.BFloat16, 2)]
    [InlineData(ScalarType.Float16, 2)]
    public void The_peak_of_loading_is_within_a_tenth_of_the_loaded_weights(ScalarType precision, int elementSize)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak is read from /proc.");
        using TemporaryFolder folder = new();
        var elements = new byte[Rows * Columns * sizeof(float)];
        SafetensorsWriter.Write(folder["x"], Names()
            .Select(name => SafetensorsTensor.Of(name, SafetensorsDtype.F32, [Rows, Columns], elements)));
        LoadAndUse(folder["x"], precision, count: 1); // What is loaded or compiled at the first use is no part of the measure.

        GC.Collect();
        _ = ReturnFreeMemory(0); // Else tensors could take memory that is counted already.
        File.WriteAllText("/proc/self/clear_refs", "5"); // The peak begins anew.
        var before = Peak();
        LoadAndUse(folder["x"], precision, Tensors);

        var share = (Peak() - before) / (double)(Tensors * Rows * Columns * elementSize);
        Assert.InRange(share, 0.85, 1.1); // Much less would mean that the measure misses something.
    }

    private static IEnumerable<string> Names() => Enumerable.Range(0, Tensors).Select(number => $"t{number}");

    private static void LoadAndUse(string path, ScalarType precision, int count)
    {
        using var scope = NewDisposeScope();
        List<Tensor> loaded = [];
        using (CheckpointSource source = new([path], precision))
            loaded.AddRange(Names().Take(count).Select(name => source.Take(name, [Rows, Columns], ParameterInit.Normal)));
        foreach (var tensor in loaded)
            Assert.Equal(0, tensor.sum().to(ScalarType.Float32).item<float>());
        loaded.ForEach(tensor => tensor.Dispose());
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int ReturnFreeMemory(nuint keep);

    private static long Peak() => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);
}
