namespace Amused.Training;

/// <summary>Checks encoded shards on the disk.</summary>
internal static class EncodedCheck
{
    /// <summary>Compares each shard's SHA-256 with the index. Work that was stopped can be checked too, as far as it is.</summary>
    /// <param name="folder">The folder of shards.</param>
    /// <param name="progress">Is told after each shard how many are checked, and how many there are.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>What the folder holds.</returns>
    /// <exception cref="BrokenInputException">There is no index, or shards are missing or damaged; the message names them.</exception>
    public static EncodingResult Verify(string folder, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var index = EncodedIndex.Read(folder);
        List<string> damaged = [];
        foreach (var (number, shard) in index.Shards.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.Combine(folder, shard.File);
            if (!File.Exists(path) || FileHash.Of(path) != shard.Sha256)
                damaged.Add(shard.File);
            progress?.Invoke(number + 1, index.Shards.Count);
        }
        return damaged.Count == 0
            ? index.Result
            : throw FileFault.Of(folder, $"{damaged.Count} of {index.Shards.Count} shards are missing or damaged: {string.Join(", ", damaged.Take(4))}{(damaged.Count > 4 ? ", …" : "")}; encode anew");
    }
}
