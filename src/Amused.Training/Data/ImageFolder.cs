using Amused.Images;

namespace Amused.Training;

/// <summary>
/// A folder of images with captions, in the hub's conventions: images in the folder or folders below it, captions by a metadata file, by
/// text files beside the images, or by the file names (<see cref="CaptionPlace"/>). Names' ends may be in upper or lower case. Hidden files are left alone, and links to folders
/// followed. <c>fox.mask.png</c> beside <c>fox.jpg</c> is its mask.
/// Of folders that are named by splits, such as <c>train</c> and <c>test</c>, one is taken.
/// </summary>
public static class ImageFolder
{
    /// <summary>Lists the images of a folder and finds their captions. Pictures are read later, one by one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="captions">Where captions stand; null: the defaults.</param>
    /// <param name="warning">
    /// Is told, in one line each, how many pictures there are, how many captions are file names, what was left out and why, and of what is odd but no fault.
    /// </param>
    /// <param name="split">
    /// Which part to take where folders below are named by parts, as for <see cref="ParquetDataset"/>. Where none is, all images are
    /// <c>train</c>; so they are where a single folder has a split's name and lies beside others.
    /// </param>
    /// <exception cref="BrokenInputException">
    /// There is no such folder or split, no image in it, none with a caption, or a metadata file that is broken or names one image twice.
    /// </exception>
    public static ListImageSource Open(
        string folder, CaptionOptions? captions = null, Action<string>? warning = null, string split = ParquetDataset.DefaultSplit) =>
        Open(folder, captions ?? new(), split, new(folder), warning);

    internal static ListImageSource Open(string folder, CaptionOptions captions, string split, DataReport report, Action<string>? warning)
    {
        FolderContent content = new(folder, split, report);
        if (content.Pictures.Count == 0)
            throw FileFault.Of(folder, $"holds no images of a kind that is read ({string.Join(", ", PictureFiles.Read)}){content.Others()}");

        var texts = captions.AreIgnored ? [.. content.Pictures.Select(image => (image, (IReadOnlyList<string>)[""]))] : CaptionsOf(content, captions);
        content.ReportOthers();
        report.Take(texts.Count);
        report.Tell(warning);
        if (!captions.AreIgnored)
            WarnOfEmpty(texts, warning);
        return new(folder, [.. texts.Select(pair => Example(pair.Image, pair.Captions))]) { Report = report, Files = new(folder, content.Used()) };

        RawExample Example(string image, IReadOnlyList<string> texts) =>
            new(image, texts, () => WholeFile.Read(image), content.MaskOf(image) is { } mask ? () => WholeFile.Read(mask) : null);
    }

    private static IReadOnlyList<(string Image, IReadOnlyList<string> Captions)> CaptionsOf(FolderContent content, CaptionOptions options)
    {
        var place = options.Place != CaptionPlace.Any ? options.Place
            : content.Metadata.Count > 0 ? CaptionPlace.Metadata
            : content.Pictures.Any(image => content.TextOf(image) is not null) ? CaptionPlace.TextFile
            : CaptionPlace.FileName;
        switch (place)
        {
            case CaptionPlace.Metadata when content.Metadata.Count == 0:
                throw FileFault.Of(content.Folder, $"holds none of {MetadataFile.Names}, where captions are looked for");
            case CaptionPlace.Metadata:
                return FromMetadata(content, options);
            case CaptionPlace.TextFile:
                return Spoken(
                    content, image => FromTextFile(content, image), $"text files beside them ({string.Join(", ", PictureFiles.Captions)})");
            default:
                if (options.Place == CaptionPlace.Any)
                    content.EachPicture((report, name) => report.CaptionIsFileName(name));
                return [.. content.Pictures.Select(image => (image, (IReadOnlyList<string>)[Path.GetFileNameWithoutExtension(image)]))];
        }
    }

    /// <summary>The pictures that have captions. Others are left out.</summary>
    private static IReadOnlyList<(string Image, IReadOnlyList<string> Captions)> Spoken(
        FolderContent content, Func<string, IReadOnlyList<string>> captionsOf, string where)
    {
        List<(string, IReadOnlyList<string>)> spoken = [];
        foreach (var image in content.Pictures)
        {
            if (captionsOf(image) is { Count: > 0 } captions)
                spoken.Add((image, captions));
            else
                content.Report.LeaveOut(content.NameOf(image), DataReport.WithoutCaption(where));
        }

        return spoken.Count > 0 ? spoken
            : throw FileFault.Of(
                content.Folder, $"none of its {content.Pictures.Count} pictures has a caption, which is looked for in {where}");
    }

    private static IReadOnlyList<string> FromTextFile(FolderContent content, string image)
    {
        if (content.TextOf(image) is not { } file)
            return [];
        content.Use(file);
        return [CaptionText.Caption(FileFault.Reading(file, () => File.ReadAllBytes(file)), content.NameOf(file), content.Report)];
    }

    private static IReadOnlyList<(string, IReadOnlyList<string>)> FromMetadata(FolderContent content, CaptionOptions options)
    {
        var byFolder = content.Metadata.GroupBy(file => Path.GetDirectoryName(file)!).ToDictionary(
            group => group.Key,
            group => group.Count() == 1
                ? MetadataFile.Read(group.First(), options, content.Report)
                : throw FileFault.Of(group.Key, $"holds {string.Join(" and ", group.Select(Path.GetFileName))}; only one of them can give the captions"));
        ReportMissing(byFolder.Values, content);
        return Spoken(content, Captions, $"{MetadataFile.Wanted(options)} of the rows of {MetadataFile.Names} in their folder or above");

        IReadOnlyList<string> Captions(string image)
        {
            if (Nearest(byFolder, Path.GetDirectoryName(image)!) is not { } file)
                return [];
            content.Use(file.Path);
            return file.Captions.GetValueOrDefault(image, []);
        }
    }

    // A picture of a kind that isn't read is there: it is left out and reported as such.
    private static void ReportMissing(IEnumerable<MetadataFile> files, FolderContent content)
    {
        foreach (var image in files.SelectMany(file => file.Captions.Keys).Where(image => !content.Has(image)))
            content.Report.LeaveOut(content.NameOf(image), "pictures that metadata name and that are not there");
    }

    private static MetadataFile? Nearest(Dictionary<string, MetadataFile> files, string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (files.TryGetValue(at, out var file))
                return file;
        }

        return null;
    }

    private static void WarnOfEmpty(IReadOnlyList<(string Image, IReadOnlyList<string> Captions)> texts, Action<string>? warning)
    {
        var empty = texts.Where(pair => pair.Captions.All(string.IsNullOrWhiteSpace)).Select(pair => pair.Image).ToArray();
        if (empty.Length > 0)
            warning?.Invoke($"{empty.Length} of {texts.Count} captions are empty, of {FileFault.Printable(empty[0])} for one; these pictures are trained on without a condition");
    }
}
