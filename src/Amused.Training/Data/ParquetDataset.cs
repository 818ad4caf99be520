using Amused.Weights.Hub;

namespace Amused.Training;

/// <summary>
/// Data sets in Parquet files as the hub keeps them: a column <c>image</c> (a struct of <c>bytes</c> and <c>path</c>, or the bytes themselves) and captions in columns of
/// text or lists of texts. Row groups are streamed one after the other.
/// </summary>
internal static class ParquetDataset
{
    /// <summary>The column with the images unless another is named.</summary>
    public const string DefaultImageColumn = "image";

    /// <summary>The part of a data set that is taken where its files are named by parts.</summary>
    public const string DefaultSplit = "train";

    /// <summary>Opens a file, or the files of a folder and the folders below it. The ends of all files are read at once, the rows later.</summary>
    /// <param name="path">A <c>.parquet</c> file or a folder.</param>
    /// <param name="captions">Which columns hold captions; null: the defaults.</param>
    /// <param name="imageColumn">The column with the images.</param>
    /// <param name="split">
    /// Which part to take where files or folders are named by parts, as the hub names them: <c>train-00000-of-00002.parquet</c>, <c>default/partial-train</c>,
    /// <c>training</c>, <c>birds_train.parquet</c>. Where none is, all are <c>train</c>.
    /// </param>
    /// <exception cref="BrokenInputException">There is no such file or split, a file is broken or cut, or lacks a column.</exception>
    public static IImageSource Open(string path, CaptionOptions? captions = null, string imageColumn = DefaultImageColumn, string split = DefaultSplit) =>
        Open(path, captions ?? new(), imageColumn, split, new(path), warning: null);

    internal static IImageSource Open(string path, CaptionOptions captions, string imageColumn, string split, DataReport report, Action<string>? warning)
    {
        if (File.Exists(path))
            return Open(path, Path.GetDirectoryName(Path.GetFullPath(path))!, [path], captions, imageColumn, report, warning);
        if (!Directory.Exists(path))
            throw FileFault.Of(path, "there is no such file or folder");
        string[] files = [.. FolderFiles.List(path, report).Select(file => Path.GetRelativePath(path, file))];
        foreach (var other in files.Where(file => !IsOne(file)))
            report.LeaveOut(other, "no Parquet files");
        return Open(path, path, [.. Choose(path, files, split, report).Select(file => Path.Join(path, file))], captions, imageColumn, report, warning);
    }

    /// <summary>Opens a data set of the hub: the Parquet files of one split are brought into the hub's cache.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="repoId">The data set's id, <c>org/name</c>.</param>
    /// <param name="options">How to fetch it, with the revision (<c>refs/convert/parquet</c> has those data sets as Parquet that were put there in other forms).</param>
    /// <param name="captions">As for a folder.</param>
    /// <param name="imageColumn">As for a folder.</param>
    /// <param name="split">As for a folder.</param>
    /// <param name="cancellation">Ends the download; what came so far is kept.</param>
    /// <exception cref="InvalidRequestException">The id or the revision is of an impossible form.</exception>
    /// <exception cref="BrokenInputException">There is no such data set, it cannot be had, or has no Parquet files of that split.</exception>
    public static async Task<IImageSource> OpenFromHubAsync(
        HubClient hub, string repoId, HubOptions options, CaptionOptions? captions = null, string imageColumn = DefaultImageColumn, string split = DefaultSplit,
        CancellationToken cancellation = default) =>
        await OpenFromHubAsync(hub, repoId, options, captions ?? new(), imageColumn, split, new(repoId), warning: null, cancellation).ConfigureAwait(false);

    internal static async Task<IImageSource> OpenFromHubAsync(
        HubClient hub, string repoId, HubOptions options, CaptionOptions captions, string imageColumn, string split, DataReport report, Action<string>? warning,
        CancellationToken cancellation)
    {
        var (folder, files) = await hub.DatasetAsync(repoId, all => Choose(repoId, all, split, report), options, cancellation).ConfigureAwait(false);
        return Open(repoId, folder, [.. files.Select(file => Path.Join(folder, file))], captions, imageColumn, report, warning);
    }

    private static ShardedImageSource Open(
        string name, string folder, IReadOnlyList<string> files, CaptionOptions captions, string imageColumn, DataReport report, Action<string>? warning)
    {
        List<IExampleShard> shards = [];
        long count = 0;
        foreach (var file in files)
        {
            ParquetColumns columns = new(file, imageColumn, captions, report);
            foreach (var (group, rows) in columns.ReadRowCounts().Index())
            {
                shards.Add(new ParquetShard(columns, group, rows));
                count += rows;
            }
        }

        if (count == 0)
            throw FileFault.Of(name, "holds no rows");
        report.Take(count);
        report.Tell(warning);
        return new ShardedImageSource(name, shards, count, report, new(folder, files));
    }

    /// <summary>Whether a file is of the kind by its name.</summary>
    internal static bool IsOne(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<string> Choose(string name, IReadOnlyList<string> all, string split, DataReport report)
    {
        string[] files = [.. all.Where(IsOne).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
            throw FileFault.Of(name, "holds no .parquet files");
        return DatasetSplit.Choose(name, files, split, report, "Parquet files");
    }
}
