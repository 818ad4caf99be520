using System.Text.RegularExpressions;

namespace Amused.Training;

/// <summary>
/// Data sets in tar archives after the WebDataset convention: files that follow one another with the same name up to the first dot are one
/// example, <c>0001.jpg</c> with <c>0001.txt</c>, <c>0001.json</c> or <c>0001.cls</c>. Archives are streamed, one after the other.
/// </summary>
public static partial class WebDataset
{
    private const int MostShards = 1_000_000;

    /// <summary>Opens the shards that a text names.</summary>
    /// <param name="path">
    /// A <c>.tar</c>, <c>.tar.gz</c> or <c>.tgz</c> file, a folder of such files, or a pattern with ranges and choices in braces:
    /// <c>data/{train,extra}-{0000..0127}.tar</c>.
    /// </param>
    /// <param name="captions">Which fields of a JSON file hold captions; null: the defaults.</param>
    /// <param name="split">
    /// Which part of a folder to take where its files or folders are named by parts, as for <see cref="ParquetDataset"/>.
    /// </param>
    /// <exception cref="BrokenInputException">A shard is missing, there are none, or no such split.</exception>
    public static IImageSource Open(string path, CaptionOptions? captions = null, string split = ParquetDataset.DefaultSplit) =>
        Open(path, captions ?? new(), split, new(path));

    internal static IImageSource Open(string path, CaptionOptions captions, string split, DataReport report)
    {
        string[] files = Directory.Exists(path) ? ShardsIn(path, split, report) : [.. Expand(path)];
        if (files.Length == 0)
            throw FileFault.Of(path, "holds no tar shards (.tar, .tar.gz, .tgz)");
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            throw FileFault.Of(missing, files.Length == 1 ? "there is no such file" : $"there is no such file, although {path} names it");
        var folder = Path.GetDirectoryName(Path.GetFullPath(files[0]))!;
        return new ShardedImageSource(path, [.. files.Select(file => new TarShard(file, captions, report))], count: null, report, new(folder, files));
    }

    private static string[] ShardsIn(string folder, string split, DataReport report)
    {
        string[] files = [.. FolderFiles.List(folder, report).Select(file => Path.GetRelativePath(folder, file))];
        foreach (var other in files.Where(file => !IsShard(file)))
            report.LeaveOut(other, "no tar shards");
        string[] shards = [.. files.Where(IsShard)];
        return shards.Length == 0 ? []
            : [.. DatasetSplit.Choose(folder, shards, split, report, "tar shards").Select(file => Path.Join(folder, file))];
    }

    /// <summary>Whether a file is a shard by its name.</summary>
    internal static bool IsShard(string path) => ShardName().IsMatch(path);

    /// <summary>All texts that a pattern stands for, as a shell expands braces: <c>{0..10}</c>, with leading zeros <c>{00..10}</c>, and <c>{a,b}</c>.</summary>
    internal static IEnumerable<string> Expand(string pattern)
    {
        if (Braces().Match(pattern) is not { Success: true } match)
            return [pattern];
        var (before, after) = (pattern[..match.Index], pattern[(match.Index + match.Length)..]);
        return Choices(match).SelectMany(choice => Expand(after).Select(rest => before + choice + rest)).Take(MostShards);
    }

    private static IEnumerable<string> Choices(Match braces)
    {
        var (from, to) = (braces.Groups["from"].Value, braces.Groups["to"].Value);
        if (from.Length == 0)
            return braces.Groups["choices"].Value.Split(',');
        // As a shell counts: with as many digits as the longer end has, if one of them begins with a zero.
        bool padded = from[0] == '0' && from.Length > 1 || to[0] == '0' && to.Length > 1;
        int width = padded ? Math.Max(from.Length, to.Length) : 1;
        var (first, last) = (int.Parse(from), int.Parse(to));
        int step = first <= last ? 1 : -1;
        return Enumerable.Range(0, Math.Min(Math.Abs(last - first) + 1, MostShards)).Select(i => (first + i * step).ToString($"D{width}"));
    }

    [GeneratedRegex(@"\{(?:(?<from>[0-9]{1,9})\.\.(?<to>[0-9]{1,9})|(?<choices>[^{},]*(?:,[^{},]*)+))\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\.(tar|tar\.gz|tgz)\z", RegexOptions.IgnoreCase)]
    private static partial Regex ShardName();
}
