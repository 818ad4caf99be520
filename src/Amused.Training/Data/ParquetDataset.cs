using System.Text.RegularExpressions;
using Amused.Weights.Hub;

namespace Amused.Training.Data;

/// <summary>
/// Data sets in Parquet files as the hub keeps them: a column <c>image</c> (a struct of <c>bytes</c> and <c>path</c>, or the bytes themselves) and captions in columns of
/// text or lists of texts. Row groups are streamed one after the other.
/// </summary>
public static partial class ParquetDataset
{
    /// <summary>The column with the images unless another is named.</summary>
    public const string DefaultImageColumn = "image";

    /// <summary>The part of a data set that is taken where its files are named by parts.</summary>
    public const string DefaultSplit = "train";

    /// <summary>Opens a file, or the files of a folder and the folders below it. The ends of all files are read at once, the rows later.</summary>
    /// <param name="path">A <c>.parquet</c> file or a folder.</param>
    /// <param name="captions">Which columns hold captions; null: the defaults.</param>
    /// <param name="imageColumn">The column with the images.</param>
    /// <param name="split">Which part to take where files or folders are named <c>train…</c>, <c>test…</c>, <c>validation…</c>; where none is, all are taken.</param>
    /// <exception cref="BrokenInputException">There is no such file, it is broken or cut, or lacks a column.</exception>
    public static IImageSource Open(string path, CaptionOptions? captions = null, string imageColumn = DefaultImageColumn, string split = DefaultSplit) =>
        Open(path, Files(path, split), captions ?? new(), imageColumn);

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
        CancellationToken cancellation = default)
    {
        var (folder, files) = await hub.DatasetAsync(repoId, all => Choose(repoId, all, split), options, cancellation).ConfigureAwait(false);
        return Open(repoId, [.. files.Select(file => Path.Join(folder, file))], captions ?? new(), imageColumn);
    }

    private static ShardedImageSource Open(string name, IReadOnlyList<string> files, CaptionOptions captions, string imageColumn)
    {
        List<IExampleShard> shards = [];
        long count = 0;
        foreach (var file in files)
        {
            ParquetColumns columns = new(file, imageColumn, captions);
            foreach (var (group, rows) in columns.ReadRowCounts().Index())
            {
                shards.Add(new ParquetShard(columns, group, rows));
                count += rows;
            }
        }

        return count > 0 ? new ShardedImageSource(name, shards, count) : throw FileFault.Of(name, "holds no rows");
    }

    /// <summary>Whether a file is of the kind by its name.</summary>
    internal static bool IsOne(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>Those of a data set's files, given by paths relative to its root, that belong to a split.</summary>
    internal static IReadOnlyList<string> OfSplit(IReadOnlyList<string> files, string split)
    {
        string[] SplitsOf(string file) => [.. file.Split('/', '\\').Select(part => SplitName().Match(part)).Where(match => match.Success).Select(match => match.Groups[1].Value)];
        return files.Any(file => SplitsOf(file).Length > 0)
            ? [.. files.Where(file => SplitsOf(file) is [.., var last] && Same(last, split))]
            : files;
    }

    private static bool Same(string a, string b) => string.Equals(Long(a), Long(b), StringComparison.OrdinalIgnoreCase);

    private static string Long(string split) => split.ToLowerInvariant() is "valid" or "val" or "dev" ? "validation" : split;

    private static IReadOnlyList<string> Files(string path, string split)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw FileFault.Of(path, "there is no such file or folder");
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(path, file));
        return [.. Choose(path, [.. files], split).Select(file => Path.Join(path, file))];
    }

    private static IReadOnlyList<string> Choose(string name, IReadOnlyList<string> all, string split)
    {
        string[] files = [.. all.Where(IsOne).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
            throw FileFault.Of(name, "holds no .parquet files");
        return OfSplit(files, split) is { Count: > 0 } chosen
            ? chosen
            : throw FileFault.Of(name, $"has no split {FileFault.Quote(split)}: of its {files.Length} .parquet files the first is {FileFault.Quote(files[0])}");
    }

    [GeneratedRegex(@"^(train|test|validation|valid|val|dev)(?![A-Za-z0-9])", RegexOptions.IgnoreCase)]
    private static partial Regex SplitName();
}
