using Amused.Imaging;

namespace Amused.Training.Data;

/// <summary>
/// A folder of images with captions, in the hub's conventions: images in the folder or folders below it, captions by a metadata file, by
/// text files beside the images, or by the file names (<see cref="CaptionPlace"/>). Names' ends may be in upper or lower case. Hidden files are left alone, and links to folders
/// followed. <c>fox.mask.png</c> beside <c>fox.jpg</c> is its mask.
/// </summary>
public static class ImageFolder
{
    /// <summary>Lists the images of a folder and finds their captions. Pictures are read later, one by one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="captions">Where captions stand; null: the defaults.</param>
    /// <param name="warning">
    /// Is told, in one line each, how many pictures there are, how many captions are file names, what was left out and why, and of what is odd but no fault.
    /// </param>
    /// <exception cref="BrokenInputException">
    /// There is no such folder, no image in it, an image without a caption, or a metadata file that is broken, names a missing image or one image twice.
    /// </exception>
    public static ListImageSource Open(string folder, CaptionOptions? captions = null, Action<string>? warning = null) =>
        Open(folder, captions ?? new(), new(folder), warning);

    internal static ListImageSource Open(string folder, CaptionOptions captions, DataReport report, Action<string>? warning)
    {
        FolderContent content = new(folder, FolderFiles.List(folder, report), report);
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
                return [.. content.Pictures.Select(image => (image, FromTextFile(content, image)))];
            default:
                if (options.Place == CaptionPlace.Any)
                    content.EachPicture((report, name) => report.CaptionIsFileName(name));
                return [.. content.Pictures.Select(image => (image, (IReadOnlyList<string>)[Path.GetFileNameWithoutExtension(image)]))];
        }
    }

    private static IReadOnlyList<string> FromTextFile(FolderContent content, string image)
    {
        var file = content.TextOf(image) ?? throw FileFault.Of(
            image, $"has no caption; as other images here have text files beside them, it is looked for in {Path.GetFileNameWithoutExtension(image)}{string.Join(" or ", PictureFiles.Captions)}");
        content.Use(file);
        return [CaptionText.Caption(FileFault.Reading(file, () => File.ReadAllBytes(file)), content.NameOf(file), content.Report)];
    }

    private static List<(string, IReadOnlyList<string>)> FromMetadata(FolderContent content, CaptionOptions options)
    {
        var byFolder = content.Metadata.GroupBy(file => Path.GetDirectoryName(file)!).ToDictionary(
            group => group.Key,
            group => group.Count() == 1
                ? MetadataFile.Read(group.First(), options, content.Report)
                : throw FileFault.Of(group.Key, $"holds {string.Join(" and ", group.Select(Path.GetFileName))}; only one of them can give the captions"));
        RefuseMissing(byFolder.Values, content);

        List<(string, IReadOnlyList<string>)> captions = [];
        foreach (var image in content.Pictures)
        {
            var file = Nearest(byFolder, Path.GetDirectoryName(image)!)
                ?? throw FileFault.Of(image, $"has no caption; it is looked for in one of {MetadataFile.Names} in its folder or above, and there is none");
            content.Use(file.Path);
            captions.Add(file.Captions.TryGetValue(image, out var texts)
                ? (image, texts)
                : throw FileFault.Of(image, $"has no caption; it is looked for in {file.Path}, which has no row for it"));
        }

        return captions;
    }

    // A picture of a kind that isn't read is there: it is left out and reported as such.
    private static void RefuseMissing(IEnumerable<MetadataFile> files, FolderContent content)
    {
        foreach (var file in files)
        {
            if (file.Captions.Keys.FirstOrDefault(image => !content.Has(image)) is { } missing)
                throw FileFault.Of(file.Path, $"names the image {FileFault.Quote(Path.GetRelativePath(Path.GetDirectoryName(file.Path)!, missing))}, which is not there");
        }
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
