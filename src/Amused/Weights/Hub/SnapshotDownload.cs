namespace Amused.Weights.Hub;

/// <summary>
/// Brings a repository's wanted files into the cache: listing, choice, headers of what is missing, small files, then weights.
/// </summary>
internal sealed class SnapshotDownload(HubHttp http, HubSettings settings, RepoCache cache, string repoId, HubRepository kind,
    HubOptions options, BackOff backOff)
{
    private const int ParallelHeaders = 8;
    private const int ParallelFiles = 4;

    private readonly HubApi api = new(http, settings, repoId, kind);

    /// <summary>Asks the hub what a revision holds.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="patient">Whether to try again after a passing fault; not where the cache can stand in at once.</param>
    /// <param name="cancellation">Ends the request.</param>
    public Task<RepoListing> ListAsync(string revision, bool patient, CancellationToken cancellation)
        => (patient ? backOff : BackOff.None).RunAsync(() => api.ListAsync(revision, cancellation), options.Notice, cancellation);

    /// <summary>Fetches what is wanted of a listing and not there yet.</summary>
    /// <returns>The commit's folder.</returns>
    /// <exception cref="BrokenInputException">The repository lacks something, or a file is broken.</exception>
    public async Task<string> FetchAsync(RepoListing listing, CancellationToken cancellation)
    {
        var selection = await SelectAsync(listing, cancellation).ConfigureAwait(false);
        var small = await DescribeAsync(listing.Commit, selection.Small, cancellation).ConfigureAwait(false);
        var weights = await DescribeAsync(listing.Commit, selection.Weights, cancellation).ConfigureAwait(false);
        if (small.Count + weights.Count > 0)
            cache.Prepare();
        RequireSpace([.. small, .. weights]);

        var progress = new TransferProgress(options.Progress, [.. small, .. weights]);
        await FetchAllAsync(listing.Commit, small, progress, cancellation).ConfigureAwait(false);
        await FetchAllAsync(listing.Commit, weights, progress, cancellation).ConfigureAwait(false);
        return cache.SnapshotFolder(listing.Commit);
    }

    /// <summary>Fetches these files and nothing else.</summary>
    /// <returns>The commit's folder.</returns>
    public async Task<string> FetchFilesAsync(string commit, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var missing = await DescribeAsync(commit, files, cancellation).ConfigureAwait(false);
        if (missing.Count > 0)
            cache.Prepare();
        RequireSpace([.. missing]);
        await FetchAllAsync(commit, missing, new TransferProgress(options.Progress, missing), cancellation).ConfigureAwait(false);
        return cache.SnapshotFolder(commit);
    }

    /// <summary>Chooses the files; what names further ones (the pipeline's parts, the shards) is fetched on the way.</summary>
    private async Task<FileSelection> SelectAsync(RepoListing listing, CancellationToken cancellation)
    {
        async Task<string> FetchedAsync(string path)
        {
            foreach (var file in await DescribeAsync(listing.Commit, [path], cancellation).ConfigureAwait(false))
            {
                cache.Prepare();
                await FetchOneAsync(listing.Commit, file, _ => { }, cancellation).ConfigureAwait(false);
            }
            return cache.SnapshotPath(listing.Commit, path);
        }

        var index = listing.Files.Contains(FileSelection.PipelineIndex)
            ? ModelIndex.Read(await FetchedAsync(FileSelection.PipelineIndex).ConfigureAwait(false))
            : null;
        var selection = Complete(FileSelection.Of(listing.Files, index, options.Variant, options.Content, isListing: true));
        foreach (var shardIndex in selection.ShardIndices)
            await FetchedAsync(shardIndex).ConfigureAwait(false);
        selection.AddShards(path => ShardIndex.Read(cache.SnapshotPath(listing.Commit, path)));
        return Complete(selection);
    }

    private FileSelection Complete(FileSelection selection)
        => selection.Lacks is { } lacks
            ? throw new BrokenInputException($"{repoId} ({options.Revision ?? HubRevision.Default}) has {lacks}")
            : selection;

    /// <summary>The hashes and sizes of those files that the commit's folder lacks.</summary>
    private async Task<IReadOnlyList<RemoteFile>> DescribeAsync(string commit, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var missing = files.Where(file => !cache.Has(commit, file)).ToArray();
        var described = new RemoteFile[missing.Length];
        await ForEachAsync(
            Enumerable.Range(0, missing.Length), ParallelHeaders,
            async (i, token) =>
                described[i] = await backOff.RunAsync(() => api.DescribeAsync(commit, missing[i], token), options.Notice, token)
                    .ConfigureAwait(false),
            cancellation).ConfigureAwait(false);
        return described;
    }

    private Task FetchAllAsync(string commit, IReadOnlyList<RemoteFile> files, TransferProgress progress, CancellationToken cancellation)
        => ForEachAsync(
            files, ParallelFiles,
            async (file, token) =>
            {
                await FetchOneAsync(commit, file, bytes => progress.Report(file, bytes), token).ConfigureAwait(false);
                progress.Complete(file);
            },
            cancellation);

    /// <summary>One file, under its blob's lock: whoever else wanted it at the same time finds it there.</summary>
    private async Task FetchOneAsync(string commit, RemoteFile file, Action<long> report, CancellationToken cancellation)
    {
        using var held = await FileLock.TakeAsync(
            cache.LockPath(file.Blob),
            () => options.Notice?.Invoke($"another download is fetching {repoId}/{file.Path}: waiting for it"),
            cancellation).ConfigureAwait(false);
        if (cache.Has(commit, file.Path))
            return;
        var blob = RealFile.At(cache.BlobPath(file.Blob));
        var isNew = !blob.Exists || blob.Length != (file.Size ?? blob.Length);
        if (isNew)
        {
            await new BlobDownload(http, api, backOff, repoId, options.Notice)
                .FetchAsync(commit, file, cache.PartialPath(file.Blob), cache.BlobPath(file.Blob), report, cancellation)
                    .ConfigureAwait(false);
        }
        cache.Publish(file.Blob, commit, file.Path, mayMove: isNew);
    }

    /// <summary>Says before the first byte that the disk is too small, where the system tells.</summary>
    private void RequireSpace(IReadOnlyCollection<RemoteFile> files)
    {
        var needed = files.DistinctBy(file => file.Blob).Where(file => !File.Exists(cache.BlobPath(file.Blob)))
            .Sum(file => file.Size is { } size ? size - PartialLength(file, size) : 0);
        if (needed > 0 && DiskFault.FreeBytes(settings.CacheFolder) is { } free && free < needed)
            throw DiskFault.TooSmall(settings.CacheFolder, needed, free);
    }

    private long PartialLength(RemoteFile file, long size)
        => RealFile.At(cache.PartialPath(file.Blob)) is { Exists: true } partial ? Math.Min(partial.Length, size) : 0;

    private static Task ForEachAsync<T>(IEnumerable<T> items, int parallel, Func<T, CancellationToken, Task> action,
        CancellationToken cancellation)
        => Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
            async (item, token) => await action(item, token).ConfigureAwait(false));
}
