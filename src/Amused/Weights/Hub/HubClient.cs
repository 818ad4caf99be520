namespace Amused.Weights.Hub;

/// <summary>
/// Fetches models from the hub into the hub's own cache, which it shares with the Python tools in both directions. One client serves any
/// number of calls, also at the same time.
/// </summary>
/// <example><code>
/// using var hub = new HubClient();
/// string folder = await hub.SnapshotAsync("amused/amused-512", new HubOptions { Variant = "fp16" });
/// </code></example>
public sealed class HubClient : IDisposable
{
    private readonly HttpMessageInvoker invoker;
    private readonly Func<string, string?> environment;
    private readonly BackOff backOff;

    /// <summary>Creates a client that reads its defaults from the environment of this process.</summary>
    /// <param name="handler">What sends the requests, for a proxy or certificates of one's own. It must not follow redirects by itself
    /// (they are followed here, so that the token stays with the hub). It is disposed with the client. The default is the system's.</param>
    public HubClient(HttpMessageHandler? handler = null) : this(handler, Environment.GetEnvironmentVariable, BackOff.Default) { }

    internal HubClient(HttpMessageHandler? handler, Func<string, string?> environment, BackOff backOff)
    {
        invoker = new HttpMessageInvoker(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        (this.environment, this.backOff) = (environment, backOff);
    }

    /// <summary>The folder of a model that is named by a folder on this machine or by a hub id; the folder comes first.</summary>
    /// <param name="model">A folder's path, or <c>org/name</c>.</param>
    /// <param name="options">How to fetch it from the hub. <see cref="HubOptions.Revision"/> goes with hub ids only.</param>
    /// <param name="cancellationToken">Ends the download; what came so far is kept for the next one.</param>
    /// <exception cref="InvalidRequestException">
    /// A revision is asked of a local folder or of the model in the box; and as <see cref="SnapshotAsync"/>.
    /// </exception>
    /// <exception cref="BrokenInputException">
    /// There is neither a folder nor could there be a model of that name; and as <see cref="SnapshotAsync"/>.
    /// </exception>
    public async Task<string> LocateAsync(string model, HubOptions options, CancellationToken cancellationToken = default)
    {
        if (Directory.Exists(model))
        {
            return options.Revision is null
                ? model
                : throw new InvalidRequestException(
                    $"the revision {FileFault.Quote(options.Revision)} can't be had of {model}, which is a folder: leave the revision "
                    + "out, or name a hub id");
        }
        if (model == BuiltInModel.Name)
        {
            return options.Revision is null
                ? BuiltInModel.Locate()
                : throw new InvalidRequestException(
                    $"the revision {FileFault.Quote(options.Revision)} can't be had of {model}, the model in the box: leave the "
                    + "revision out, or name a hub id");
        }
        ThrowIfNoModel(model);
        return await SnapshotAsync(model, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses a name that is neither a folder on this machine nor could be a model elsewhere; asks no network.</summary>
    /// <param name="model">A folder's path, <c>org/name</c>, or the name of the model in the box.</param>
    /// <exception cref="BrokenInputException">It is none of these.</exception>
    public static void ThrowIfNoModel(string model)
    {
        if (!Directory.Exists(model) && model != BuiltInModel.Name && !HubId.LooksLikeId(model))
            throw new BrokenInputException(
                $"there is no folder {FileFault.Quote(model)}, and it is no hub id either: name a checkpoint's folder, or org/name "
                + "such as amused/amused-512");
    }

    /// <summary>
    /// Brings a model's files into the cache and says where they lie. What is there already is used as it is: a whole commit hash that is
    /// cached needs no network, a branch or tag one request. When the hub is out of reach, a complete cached copy is used and
    /// <see cref="HubOptions.Notice"/> told.
    /// </summary>
    /// <param name="repoId">The hub id, <c>org/name</c>.</param>
    /// <param name="options">How to fetch it.</param>
    /// <param name="cancellationToken">Ends the download; what came so far is kept for the next one.</param>
    /// <returns>The snapshot's folder: the repository's layout, with the wanted files.</returns>
    /// <exception cref="InvalidRequestException">The id, revision, variant, endpoint or token is of an impossible form.</exception>
    /// <exception cref="BrokenInputException">The model, revision or a needed file is missing or may not be read, the hub can't be reached
    /// and
    /// the cache can't stand in, what arrived is not what was announced, or the cache can't be written.</exception>
    public async Task<string> SnapshotAsync(string repoId, HubOptions options, CancellationToken cancellationToken = default)
    {
        HubId.Require(repoId);
        var revision = options.Revision ?? HubRevision.Default;
        HubRevision.Require(revision);
        WeightFileName.RequireVariant(options.Variant);
        var settings = HubSettings.From(options, environment);
        try
        {
            var cache = new RepoCache(settings.CacheFolder, repoId, settings.Symlinks);
            var cached = CachedSnapshot.Find(cache, revision, options.Variant, options.Content);
            if (cached.IsComplete && (settings.Offline || HubRevision.IsCommit(revision)))
                return cached.Folder!;
            if (settings.Offline)
                throw NotCached(repoId, revision, options, settings, cached);
            return await FetchAsync(repoId, revision, options, settings, cache, cached, cancellationToken).ConfigureAwait(false);
        }
        catch (HubRequestException e)
        {
            throw new BrokenInputException(Advise(e, repoId), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFault.Of(e, settings.CacheFolder); // the network's faults were taken by the case above
        }
    }

    /// <summary>Brings files of a data set into the cache and says where they lie.</summary>
    /// <param name="repoId">The hub id, <c>org/name</c>.</param>
    /// <param name="choose">
    /// Which of the repository's files are wanted, by their paths; throws when what is needed is not among them.
    /// </param>
    /// <param name="options">How to fetch them; variant and content concern models only.</param>
    /// <param name="cancellationToken">Ends the download; what came so far is kept for the next one.</param>
    /// <returns>The snapshot's folder, and those of the wanted files.</returns>
    /// <exception cref="InvalidRequestException">The id, revision, endpoint or token is of an impossible form.</exception>
    /// <exception cref="BrokenInputException">As for <see cref="SnapshotAsync"/>. When the hub cannot be reached, what the cache has of the
    /// wanted files is used, and
    /// <see cref="HubOptions.Notice"/> told; it may be a part only.</exception>
    internal async Task<(string Folder, IReadOnlyList<string> Files)> DatasetAsync(
        string repoId, Func<IReadOnlyList<string>, IReadOnlyList<string>> choose, HubOptions options,
        CancellationToken cancellationToken = default)
    {
        HubId.Require(repoId);
        var revision = options.Revision ?? HubRevision.Default;
        HubRevision.Require(revision);
        var settings = HubSettings.From(options, environment);
        RepoCache cache = new(settings.CacheFolder, repoId, settings.Symlinks, HubRepository.Dataset);
        var cached = cache.CommitOf(revision) is { } known ? (Folder: cache.SnapshotFolder(known), Files: cache.FilesOf(known)) : default;
        try
        {
            if (settings.Offline)
            {
                return cached.Files is { Count: > 0 }
                    ? (cached.Folder, choose([.. cached.Files]))
                    : throw new BrokenInputException(
                        $"the hub is switched off (HF_HUB_OFFLINE) and the cache {settings.CacheFolder} has nothing of the data set "
                        + $"{repoId} ({revision})");
            }
            SnapshotDownload download =
                new(new HubHttp(invoker, settings), settings, cache, repoId, HubRepository.Dataset, options, backOff);
            var listing = await download.ListAsync(revision, patient: cached.Files is not { Count: > 0 }, cancellationToken)
                .ConfigureAwait(false);
            var chosen = choose(listing.Files);
            var folder = await download.FetchFilesAsync(listing.Commit, chosen, cancellationToken).ConfigureAwait(false);
            cache.SetRef(revision, listing.Commit);
            return (folder, chosen);
        }
        catch (HubRequestException e) when (cached.Files is { Count: > 0 } && e.Failure == HubFailure.Unreachable)
        {
            options.Notice?.Invoke($"{e.Message}; the {cached.Files.Count} cached files of {repoId} are used");
            return (cached.Folder, choose([.. cached.Files]));
        }
        catch (HubRequestException e)
        {
            throw new BrokenInputException(Advise(e, repoId), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFault.Of(e, settings.CacheFolder);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => invoker.Dispose();

    private async Task<string> FetchAsync(
        string repoId, string revision, HubOptions options, HubSettings settings, RepoCache cache, CachedSnapshot cached,
        CancellationToken cancellation)
    {
        var download = new SnapshotDownload(new HubHttp(invoker, settings), settings, cache, repoId, HubRepository.Model, options, backOff);
        RepoListing listing;
        try
        {
            listing = await download.ListAsync(revision, patient: !cached.IsComplete, cancellation).ConfigureAwait(false);
        }
        catch (HubRequestException e) when (cached.IsComplete && e.Failure != HubFailure.NoRevision)
        {
            options.Notice?.Invoke($"{e.Message}; the cached copy of {repoId} ({Path.GetFileName(cached.Folder)}) is used");
            return cached.Folder!;
        }
        var folder = await download.FetchAsync(listing, cancellation).ConfigureAwait(false);
        cache.SetRef(revision, listing.Commit); // only now: until all is there, the older copy is what works without a network
        return folder;
    }

    private static BrokenInputException NotCached(string repoId, string revision, HubOptions options, HubSettings settings,
        CachedSnapshot cached)
    {
        var pull = $"amused pull {repoId}"
            + (options.Revision is null ? "" : $" --revision {revision}")
            + (options.Variant is null ? "" : $" --variant {options.Variant}");
        return new(
            $"the hub is switched off (HF_HUB_OFFLINE) and of {repoId} ({revision}) the cache {settings.CacheFolder} has "
            + $"{cached.Lacks}: run `HF_HUB_OFFLINE=0 {pull}` once with a network");
    }

    private static string Advise(HubRequestException e, string repoId) => e.Failure switch
    {
        HubFailure.Unreachable =>
            $"{e.Message}, and {repoId} is not complete in the cache: check the network, the proxy (HTTPS_PROXY) and HF_ENDPOINT, or "
                + "name a folder",
        HubFailure.Cut => $"{e.Message}: what has come of {repoId} is kept, try again to go on from there",
        HubFailure.NoRepository => $"{e.Message} (nor is there a folder of that name here)",
        _ => e.Message,
    };
}
