namespace Amused.Weights.Hub;

/// <summary>What the cache has of a revision, whoever put it there.</summary>
/// <param name="Folder">The folder of the commit that the revision was last seen at; null when the cache knows none.</param>
/// <param name="Lacks">What is missing for use without a network, to be read after "has"; null when nothing is.</param>
internal sealed record CachedSnapshot(string? Folder, string? Lacks)
{
    /// <summary>Whether it can be used as it is.</summary>
    public bool IsComplete => Lacks is null;

    /// <summary>Looks into the cache.</summary>
    public static CachedSnapshot Find(RepoCache cache, string revision, string? variant, HubContent content)
    {
        if (cache.CommitOf(revision) is not { } commit)
            return new CachedSnapshot(null, "nothing of it");
        var folder = cache.SnapshotFolder(commit);
        var files = cache.FilesOf(commit);
        if (files.Count == 0)
            return new CachedSnapshot(folder, "nothing of it");
        try
        {
            var index = files.Contains(FileSelection.PipelineIndex)
                ? ModelIndex.Read(Path.Combine(folder, FileSelection.PipelineIndex))
                : null;
            var selection = FileSelection.Of(files, index, variant, content, isListing: false);
            selection.AddShards(path => ShardIndex.Read(Path.Combine(folder, path)));
            return new CachedSnapshot(folder, selection.Lacks);
        }
        catch (BrokenInputException e)
        {
            return new CachedSnapshot(folder, $"a broken file ({e.Message})");
        }
    }
}
