namespace Amused.Training.Data;

/// <summary>What an image folder's files are to each other.</summary>
internal sealed class FolderContent
{
    private readonly string[] files;
    private readonly HashSet<string> all, used;

    // By the path without its end and the end in lower case.
    private readonly Dictionary<string, string> masks = [], texts = [];

    public FolderContent(string folder, string[] files, DataReport report)
    {
        (Folder, this.files, Report) = (folder, files, report);
        all = [.. files];
        // Of fox.txt and fox.TXT the first is meant.
        foreach (var file in files.OrderByDescending(file => Path.GetExtension(file) == Path.GetExtension(file).ToLowerInvariant()))
        {
            if (file.EndsWith(PictureFiles.MaskEnding, StringComparison.OrdinalIgnoreCase))
                masks.TryAdd(file[..^PictureFiles.MaskEnding.Length], file);
            else if (PictureFiles.Captions.Contains(Extension(file)))
                texts.TryAdd(Stem(file) + Extension(file), file);
        }

        Metadata = [.. files.Where(MetadataFile.IsOne)];
        Pictures = [.. files.Where(file => PictureFiles.IsPicture(file) && !file.EndsWith(PictureFiles.MaskEnding, StringComparison.OrdinalIgnoreCase))];
        used = [.. Pictures, .. Pictures.Select(MaskOf).OfType<string>()];
    }

    public string Folder { get; }

    public DataReport Report { get; }

    public IReadOnlyList<string> Pictures { get; }

    public IReadOnlyList<string> Metadata { get; }

    public string? MaskOf(string image) => masks.GetValueOrDefault(Stem(image));

    /// <summary>The text file beside a picture; null where there is none.</summary>
    public string? TextOf(string image) =>
        PictureFiles.Captions.Select(ending => texts.GetValueOrDefault(Stem(image) + ending)).FirstOrDefault(file => file is not null);

    public bool Has(string path) => all.Contains(path);

    /// <summary>A file's path from the folder on.</summary>
    public string NameOf(string path) => Path.GetRelativePath(Folder, path);

    /// <summary>Marks a file that captions were taken from.</summary>
    public void Use(string path) => used.Add(path);

    /// <summary>The files that examples were made of, in ordinal order.</summary>
    public IReadOnlyList<string> Used() => [.. files.Where(used.Contains)];

    public void EachPicture(Action<DataReport, string> action)
    {
        foreach (var picture in Pictures)
            action(Report, NameOf(picture));
    }

    /// <summary>Reports all files that nothing was made of.</summary>
    public void ReportOthers()
    {
        foreach (var file in files.Where(file => !used.Contains(file)))
            Report.LeaveOut(NameOf(file), Why(file));
    }

    /// <summary>What a folder without pictures holds instead, to go on in a message.</summary>
    public string Others()
    {
        string[] kinds = [.. files.Select(Extension).Where(ending => ending.Length > 0).Distinct().Take(5)];
        return kinds.Length == 0 ? "" : $"; its files end in {string.Join(", ", kinds.Select(FileFault.Printable))}";
    }

    private string Why(string file) =>
        file.EndsWith(PictureFiles.MaskEnding, StringComparison.OrdinalIgnoreCase) ? "masks without a picture"
        : MetadataFile.IsOne(file) || PictureFiles.Captions.Contains(Extension(file)) ? "texts that no caption is taken from"
        : PictureFiles.WhyLeftOut(file);

    private static string Stem(string path) => path[..^Path.GetExtension(path).Length];

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();
}
