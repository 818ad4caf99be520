using Amused.Text;

namespace Amused.Training;

/// <summary>What an image folder's files are to each other.</summary>
internal sealed class FolderContent
{
    private readonly string[] all, files;
    private readonly HashSet<string> used;

    // By the path without its end and the end in lower case.
    private readonly Dictionary<string, string> masks = [], texts = [];

    /// <summary>Sorts a folder's files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">The split that is taken, where folders are named by splits (<see cref="DatasetSplit.ChoosePictures"/>).</param>
    /// <param name="report">Is told what of it is not taken.</param>
    /// <exception cref="BrokenInputException">It cannot be listed, or has no such split.</exception>
    public FolderContent(string folder, string split, DataReport report)
    {
        all = [.. FolderFiles.List(folder, report)];
        files = OfSplit(folder, split, report);
        (Folder, Report) = (folder, report);
        // Of fox.txt and fox.TXT the first is meant.
        foreach (var file in files.OrderByDescending(file => Path.GetExtension(file) == Path.GetExtension(file).ToLowerInvariant()))
        {
            if (PictureFiles.IsMask(file))
                masks.TryAdd(file[..^PictureFiles.MaskEnding.Length], file);
            else if (PictureFiles.Captions.Contains(Extension(file)))
                texts.TryAdd(Stem(file) + Extension(file), file);
        }

        Metadata = [.. files.Where(MetadataFile.IsOne)];
        Pictures = [.. files.Where(file => IsPicture(file))];
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

    /// <summary>Whether there is such a file, in any split.</summary>
    public bool Has(string path) => Array.BinarySearch(all, path, StringComparer.Ordinal) >= 0;

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

    /// <summary>Reports all files that nothing was made of, but for the records that whoever draws a data set keeps beside the pictures.</summary>
    public void ReportOthers()
    {
        foreach (var file in files.Where(file => !used.Contains(file) && Path.GetFileName(file) is not ("dataset.json" or KnownWords.FileName)))
            Report.LeaveOut(NameOf(file), Why(file));
    }

    /// <summary>What a folder without pictures holds instead, to go on in a message.</summary>
    public string Others()
    {
        string[] kinds = [.. files.Select(Extension).Where(ending => ending.Length > 0).Distinct().Take(5)];
        return kinds.Length == 0 ? "" : $"; its files end in {string.Join(", ", kinds.Select(FileFault.Printable))}";
    }

    /// <summary>All files but the pictures of other splits and what lies in folders of these.</summary>
    private string[] OfSplit(string folder, string split, DataReport report)
    {
        string[] pictures = [.. all.Where(IsPicture).Select(Relative)];
        HashSet<string> chosen = pictures.Length == 0 ? [] : [.. DatasetSplit.ChoosePictures(folder, pictures, split, report)];
        if (chosen.Count == pictures.Length)
            return all;
        var taken = DatasetSplit.OfFolder(chosen.First());
        return [.. all.Where(file => IsPicture(file)
            ? chosen.Contains(Relative(file))
            : (DatasetSplit.OfFolder(Relative(file)) ?? taken) == taken)];

        string Relative(string file) => Path.GetRelativePath(folder, file);
    }

    private static bool IsPicture(string file) => PictureFiles.IsPicture(file) && !PictureFiles.IsMask(file);

    private string Why(string file) =>
        PictureFiles.IsMask(file) ? "masks without a picture"
        : MetadataFile.IsOne(file) || PictureFiles.Captions.Contains(Extension(file)) ? "texts that no caption is taken from"
        : PictureFiles.WhyLeftOut(file);

    private static string Stem(string path) => path[..^Path.GetExtension(path).Length];

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();
}
