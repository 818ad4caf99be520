namespace Amused.Weights;

/// <summary>What is said where a checkpoint's keys aren't those that the configuration asks for, whoever reads them.</summary>
internal static class CheckpointFaults
{
    private const int NamesInMessage = 4;

    /// <summary>A key that isn't there.</summary>
    /// <param name="origin">The file, or what stands for several.</param>
    /// <param name="name">The network's name for it.</param>
    /// <param name="shape">The shape that the configuration asks for.</param>
    public static BrokenInputException Missing(string origin, string name, ReadOnlySpan<long> shape) =>
        FileFault.Of(origin, $"the key {FileFault.Quote(name)} is missing, of shape {FileFault.Shape(shape)} by the configuration");

    /// <summary>Refuses a tensor of another shape than the configuration asks for.</summary>
    /// <exception cref="BrokenInputException">It is of another one.</exception>
    public static void ThrowIfMisshaped(MappedTensors file, SafetensorsEntry entry, ReadOnlySpan<long> shape)
    {
        if (!shape.SequenceEqual([.. entry.Shape]))
            throw FileFault.Of(file.File.Path,
                $"the key {FileFault.Quote(entry.Name)} has shape {FileFault.Shape([.. entry.Shape])}, but the configuration asks for "
                + $"{FileFault.Shape(shape)}");
    }

    /// <summary>The file, unless what it holds under the key are no floating-point numbers.</summary>
    /// <exception cref="BrokenInputException">They aren't.</exception>
    public static MappedTensors Numeric(MappedTensors file, SafetensorsEntry entry) => entry.Dtype.IsFloatingPoint()
        ? file
        : throw FileFault.Of(file.File.Path,
            $"the key {FileFault.Quote(entry.Name)} holds {entry.Dtype}; a parameter is of floating-point numbers, or a matrix of I8 "
            + "with its scales");

    /// <summary>Refuses keys that no network took: the checkpoint belongs to another configuration.</summary>
    /// <exception cref="BrokenInputException">There are some; the message names the first ones and how many there are.</exception>
    public static void ThrowIfLeftOver(IReadOnlyCollection<(MappedTensors File, SafetensorsEntry Entry)> left)
    {
        if (left.Count == 0)
            return;
        var names = left.Select(found => FileFault.Quote(found.Entry.Name)).Order(StringComparer.Ordinal).Take(NamesInMessage);
        var more = left.Count > NamesInMessage ? $" and {left.Count - NamesInMessage} more" : "";
        throw FileFault.Of(left.First().File.File.Path,
            $"{left.Count} left-over key{(left.Count > 1 ? "s" : "")} that the configuration has no place for: "
            + $"{string.Join(", ", names)}{more}");
    }
}
