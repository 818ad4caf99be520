namespace Amused.Weights;

/// <summary>
/// Writes a component's weights under the names by which the published implementation looks for them: one file, or shards with an
/// index when they are large.
/// </summary>
public static class WeightWriter
{
    /// <summary>The size beyond which weights are spread over several files, in bytes: 10 GB, as in the published implementation.</summary>
    public const long DefaultShardSize = 10_000_000_000;

    /// <summary>The stem of a file's name in folders of <c>diffusers</c> parts: the U-ViT and the VQGAN.</summary>
    public const string DiffusersStem = "diffusion_pytorch_model";

    /// <summary>The stem of a file's name in folders of <c>transformers</c> parts: the text encoder.</summary>
    public const string TransformersStem = "model";

    /// <summary>
    /// Writes the weights of one variant, in the place of those of the same variant, sharded or not. Nothing changes unless all files could
    /// be written; they are then renamed one by one, and a crash in between can leave new ones beside old ones.
    /// </summary>
    /// <param name="folder">The component's folder; it is made if need be.</param>
    /// <param name="stem"><see cref="DiffusersStem"/> or <see cref="TransformersStem"/>.</param>
    /// <param name="tensors">The weights, by the keys that they have in checkpoints.</param>
    /// <param name="variant">The word before the extension (<c>fp16</c>); null for the plain files.</param>
    /// <param name="shardSize">The most bytes of tensors in a file, unless one tensor alone has more.</param>
    /// <param name="cancellation">Stops between two tensors; nothing is left then.</param>
    /// <exception cref="InvalidRequestException">The variant is no word that can stand in a file's name.</exception>
    /// <exception cref="BrokenInputException">The files cannot be written: rights are missing, the disk is full.</exception>
    public static void Write(
        string folder, string stem, IEnumerable<SafetensorsTensor> tensors, string? variant = null, long shardSize = DefaultShardSize,
        CancellationToken cancellation = default)
    {
        WeightFileName.RequireVariant(variant);
        var name = variant is null ? stem : $"{stem}.{variant}";
        var shards = Split(tensors, shardSize);
        var fileNames = shards.Count == 1
            ? [$"{name}.safetensors"]
            : shards.Select((_, index) => $"{name}-{index + 1:00000}-of-{shards.Count:00000}.safetensors").ToArray();
        var indexName = $"{stem}.safetensors.index{(variant is null ? "" : $".{variant}")}.json";

        List<NewFile> files = [];
        try
        {
            foreach (var (fileName, shard) in fileNames.Zip(shards))
                files.Add(SafetensorsWriter.Prepare(Path.Combine(folder, fileName), shard, metadata: null, cancellation));
            if (shards.Count > 1)
                files.Add(NewFile.Prepare(Path.Combine(folder, indexName), stream =>
                    stream.Write(ShardIndex.Compose(fileNames.Zip(shards)))));
            files.ForEach(file => file.Complete());
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
        RemoveOthers(folder, stem, variant, shards.Count > 1 ? [.. fileNames, indexName] : fileNames);
    }

    // As many as fit, in the order given; a tensor that is too large gets a file of its own.
    private static List<IReadOnlyList<SafetensorsTensor>> Split(IEnumerable<SafetensorsTensor> tensors, long shardSize)
    {
        List<IReadOnlyList<SafetensorsTensor>> shards = [];
        List<SafetensorsTensor> current = [];
        long size = 0;
        foreach (var tensor in tensors)
        {
            if (current.Count > 0 && size + tensor.ByteLength > shardSize)
            {
                shards.Add(current);
                (current, size) = ([], 0);
            }
            current.Add(tensor);
            size += tensor.ByteLength;
        }
        shards.Add(current);
        return shards;
    }

    // What an earlier save of the same variant left under other names would be taken for weights, or only cost space.
    private static void RemoveOthers(string folder, string stem, string? variant, IReadOnlyList<string> written)
    {
        var shards = $"{(variant is null ? stem : $"{stem}.{variant}")}-?????-of-?????.safetensors";
        var found = FileFault.FileNames(folder)
            .Where(file => WeightFileName.Parse(file) is { } name && name.Stem == stem && name.Variant == variant);
        foreach (var file in Directory.EnumerateFiles(folder, shards).Select(path => Path.GetFileName(path)).Concat(found).Except(written))
            NewFile.Remove(Path.Combine(folder, file));
    }
}
