namespace Amused.Weights;

/// <summary>The files that hold one component's weights: one, or several with an index.</summary>
/// <param name="Paths">The safetensors files.</param>
/// <param name="IndexPath">The index of sharded weights, or null for a single file.</param>
public sealed record WeightFiles(IReadOnlyList<string> Paths, string? IndexPath)
{
    /// <summary>Finds the weights of one variant in a component's folder.</summary>
    /// <param name="folder">The component's folder.</param>
    /// <param name="variant">The word before the extension (<c>fp16</c>); null for the plain files.</param>
    /// <exception cref="BrokenInputException">
    /// There are none; the message says which variants there are, and what else is there instead.
    /// </exception>
    public static WeightFiles Find(string folder, string? variant)
    {
        var found = WeightFileName.Among(FileFault.FileNames(folder));
        var chosen = found.FirstOrDefault(name => name.Variant == variant) ?? throw NotFound(folder, variant, found);
        var path = Path.Combine(folder, chosen.FileName);
        return chosen.IsIndex ? new(ShardIndex.Read(path).Files, path) : new([path], null);
    }

    /// <summary>The variants that a component's folder holds; null stands for the plain files.</summary>
    public static IReadOnlyList<string?> Variants(string folder) =>
        [.. WeightFileName.Among(FileFault.FileNames(folder)).Select(name => name.Variant).Distinct().Order(StringComparer.Ordinal)];

    private static BrokenInputException NotFound(string folder, string? variant, IReadOnlyList<WeightFileName> found)
    {
        var asked = variant is null ? "has no weights without a variant" : $"has no weights of the variant {FileFault.Quote(variant)}";
        if (found.Count > 0)
        {
            var names = found.Select(name => name.Variant).Distinct()
                .Select(word => word is null ? "the plain ones" : FileFault.Quote(word));
            return FileFault.Of(folder, $"{asked}; there are {string.Join(", ", names)}");
        }
        var pickled = PickledWeights.Among(FileFault.FileNames(folder));
        return FileFault.Of(folder, pickled is null
            ? "has no weights; diffusion_pytorch_model.safetensors or model.safetensors is needed"
            : $"has its weights as {FileFault.Quote(pickled)} only, {PickledWeights.Reason}; they are needed as safetensors");
    }
}
