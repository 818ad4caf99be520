using System.Text.RegularExpressions;

namespace Amused.Training;

/// <summary>The parts of a data set by the names of its files and folders, as the hub tells them apart.</summary>
internal static partial class DatasetSplit
{
    /// <summary>Those of a data set's files that belong to a split.</summary>
    /// <param name="name">What messages call the data set.</param>
    /// <param name="files">All files, as paths relative to its root.</param>
    /// <param name="split">The split; where no file belongs to any, all are the training's.</param>
    /// <param name="report">Is told of the others.</param>
    /// <param name="kind">What it calls the files.</param>
    /// <exception cref="BrokenInputException">There is no such split; the message lists those that there are.</exception>
    public static IReadOnlyList<string> Choose(string name, IReadOnlyList<string> files, string split, DataReport report, string kind) =>
        Choose(name, files, Of, split, report, kind);

    /// <summary>
    /// Those of a folder's pictures that belong to a split by the folders below it. Their own names are captions, such as "a train at
    /// night".
    /// </summary>
    /// <inheritdoc cref="Choose(string, IReadOnlyList{string}, string, DataReport, string)"/>
    public static IReadOnlyList<string> ChoosePictures(string name, IReadOnlyList<string> files, string split, DataReport report)
    {
        string?[] splits = [.. files.Select(OfFolder).Distinct()];
        // A folder "train" that lies beside "bus" and "car", and no other split, holds pictures of trains.
        bool areNone = splits.Length == 2 && splits.Contains(null);
        return Choose(name, files, areNone ? _ => null : OfFolder, split, report, "pictures");
    }

    /// <summary>The split that a file belongs to by its folders; null: none.</summary>
    public static string? OfFolder(string file) => Of(Path.GetDirectoryName(file)!);

    private static IReadOnlyList<string> Choose(
        string name, IReadOnlyList<string> files, Func<string, string?> splitOf, string split, DataReport report, string kind)
    {
        string[] splits = [.. files.Select(splitOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var wanted = LongName(split);
        if (splits.Length == 0 && wanted == ParquetDataset.DefaultSplit)
            return files;
        if (!splits.Contains(wanted))
        {
            throw FileFault.Of(name, $"has no split {FileFault.Quote(split)}: " + (splits.Length == 0
                ? "the names of its files tell none, so that all of them are \"train\""
                : $"its splits are {string.Join(", ", splits.Select(FileFault.Quote))}"));
        }
        foreach (var file in files.Where(file => splitOf(file) is null))
            report.LeaveOut(file, $"{kind} of no split");
        report.OtherSplits(wanted, files.Select(splitOf).OfType<string>().Where(other => other != wanted));
        return [.. files.Where(file => splitOf(file) == wanted)];
    }

    /// <summary>The split that a file belongs to by its name, or else by its folders', the nearest first; null: none.</summary>
    public static string? Of(string file)
    {
        var parts = file.Split('/', '\\');
        // The word of a usual split, at any place of a name and set off from the rest of it.
        foreach (var part in parts.Reverse())
        {
            if (UsualSplit().Matches(part) is [.., var last])
                return LongName(last.Value);
        }

        // Others only where the hub's own naming says that it is one.
        if (HubFile().Match(parts[^1]) is { Success: true } numbered)
            return numbered.Groups[1].Value;
        return parts.Length >= 3 && ConvertedFile().IsMatch(parts[^1]) ? PartialPrefix().Replace(parts[^2], "") : null;
    }

    private static string LongName(string split) => split.ToLowerInvariant() switch
    {
        "training" => "train",
        "valid" or "val" or "dev" => "validation",
        "testing" or "eval" or "evaluation" => "test",
        var other when UsualSplit().Match(other).Length == other.Length => other,
        _ => split,
    };

    [GeneratedRegex("(?<![A-Za-z])(?:train|training|test|testing|eval|evaluation|validation|valid|val|dev)(?![A-Za-z])", RegexOptions.IgnoreCase)]
    private static partial Regex UsualSplit();

    [GeneratedRegex(@"^(\w+(?:\.\w+)*)-[0-9]{5}-of-[0-9]{5}\.parquet$", RegexOptions.IgnoreCase)]
    private static partial Regex HubFile();

    /// <summary>As the hub converts data sets: <c>default/unsupervised/0000.parquet</c>.</summary>
    [GeneratedRegex(@"^[0-9]{4}\.parquet$", RegexOptions.IgnoreCase)]
    private static partial Regex ConvertedFile();

    /// <summary>Of large data sets, the hub converts the first part only.</summary>
    [GeneratedRegex("^partial-")]
    private static partial Regex PartialPrefix();
}
