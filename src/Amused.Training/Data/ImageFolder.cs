using Amused.Imaging;

namespace Amused.Training.Data;

/// <summary>
/// A folder of images with captions, in the hub's conventions: images in the folder or folders below it, captions by a metadata file, by
/// text files beside the images, or by the file names (<see cref="CaptionPlace"/>). Hidden files are left alone. <c>fox.mask.png</c> beside <c>fox.jpg</c> is its mask.
/// </summary>
public static class ImageFolder
{
    /// <summary>How the name of a picture's mask goes on where the picture's has its extension.</summary>
    internal const string MaskEnding = ".mask.png";

    private static readonly HashSet<string> Extensions =
        new([".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"], StringComparer.OrdinalIgnoreCase);

    private static readonly EnumerationOptions Recursive = new() { RecurseSubdirectories = true, MaxRecursionDepth = 64, IgnoreInaccessible = false };

    /// <summary>Lists the images of a folder and finds their captions. Pictures are read later, one by one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="captions">Where captions stand; null: the defaults.</param>
    /// <param name="warning">Is told, in one line each, of what is odd but no fault.</param>
    /// <exception cref="BrokenInputException">
    /// There is no such folder, no image in it, an image without a caption, or a metadata file that is broken, names a missing image or one image twice.
    /// </exception>
    public static ListImageSource Open(string folder, CaptionOptions? captions = null, Action<string>? warning = null)
    {
        captions ??= new();
        var files = List(folder);
        string[] images = [.. files.Where(file => IsImage(file) && !file.EndsWith(MaskEnding, StringComparison.OrdinalIgnoreCase))];
        var masks = files.Where(file => file.EndsWith(MaskEnding, StringComparison.OrdinalIgnoreCase)).ToHashSet();
        if (images.Length == 0)
            throw FileFault.Of(folder, $"holds no images ({string.Join(", ", Extensions)})");

        if (captions.AreIgnored)
            return new(folder, [.. images.Select(image => Example(image, [""]))]);
        var texts = CaptionsOf(folder, files, images, captions);
        WarnOfEmpty(texts, warning);
        return new(folder, [.. texts.Select(pair => Example(pair.Image, pair.Captions))]);

        RawExample Example(string image, IReadOnlyList<string> texts)
        {
            var mask = Path.ChangeExtension(image, null) + MaskEnding;
            return new(image, texts, () => WholeFile.Read(image), masks.Contains(mask) ? () => WholeFile.Read(mask) : null);
        }
    }

    internal static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path));

    // In ordinal order, so that the data order doesn't depend on the file system; joined anew, so that separators are single as in a metadata file's names.
    private static string[] List(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*", Recursive)
                .Select(path => Path.Join(Path.GetDirectoryName(path), Path.GetFileName(path))).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException cause)
        {
            throw FileFault.Of(folder, "there is no such folder", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(folder, $"cannot be listed: {FileFault.Printable(cause.Message)}", cause);
        }
    }

    private static IReadOnlyList<(string Image, IReadOnlyList<string> Captions)> CaptionsOf(
        string folder, string[] files, string[] images, CaptionOptions options)
    {
        var metadata = files.Where(MetadataFile.IsOne).ToArray();
        var texts = files.Where(file => Path.GetExtension(file).Equals(".txt", StringComparison.OrdinalIgnoreCase)).ToHashSet();
        var place = options.Place != CaptionPlace.Any ? options.Place
            : metadata.Length > 0 ? CaptionPlace.Metadata
            : images.Any(image => texts.Contains(TextFile(image))) ? CaptionPlace.TextFile
            : CaptionPlace.FileName;
        return place switch
        {
            CaptionPlace.Metadata when metadata.Length == 0 => throw FileFault.Of(folder, "holds neither metadata.jsonl nor metadata.csv, where captions are looked for"),
            CaptionPlace.Metadata => FromMetadata(metadata, images, options),
            CaptionPlace.TextFile => FromTextFiles(images, texts),
            _ => [.. images.Select(image => (image, (IReadOnlyList<string>)[Path.GetFileNameWithoutExtension(image)]))],
        };
    }

    private static List<(string, IReadOnlyList<string>)> FromTextFiles(string[] images, HashSet<string> texts)
    {
        List<(string, IReadOnlyList<string>)> captions = [];
        foreach (var image in images)
        {
            var file = TextFile(image);
            if (!texts.Contains(file))
                throw FileFault.Of(image, $"has no caption; as other images here have text files beside them, it is looked for in {Path.GetFileName(file)}");
            captions.Add((image, [FileFault.Reading(file, () => File.ReadAllText(file)).Trim()]));
        }

        return captions;
    }

    private static List<(string, IReadOnlyList<string>)> FromMetadata(string[] metadata, string[] images, CaptionOptions options)
    {
        var byFolder = metadata.GroupBy(file => Path.GetDirectoryName(file)!).ToDictionary(
            group => group.Key,
            group => group.Count() == 1
                ? MetadataFile.Read(group.First(), options)
                : throw FileFault.Of(group.Key, "holds both metadata.csv and metadata.jsonl; only one of them can give the captions"));
        RefuseMissing(byFolder.Values, [.. images]);

        List<(string, IReadOnlyList<string>)> captions = [];
        foreach (var image in images)
        {
            var file = Nearest(byFolder, Path.GetDirectoryName(image)!)
                ?? throw FileFault.Of(image, "has no caption; it is looked for in a metadata.jsonl or metadata.csv in its folder or above, and there is none");
            captions.Add(file.Captions.TryGetValue(image, out var texts)
                ? (image, texts)
                : throw FileFault.Of(image, $"has no caption; it is looked for in {file.Path}, which has no row for it"));
        }

        return captions;
    }

    private static void RefuseMissing(IEnumerable<MetadataFile> files, HashSet<string> images)
    {
        foreach (var file in files)
        {
            if (file.Captions.Keys.FirstOrDefault(image => !images.Contains(image)) is { } missing)
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

    private static string TextFile(string image) => Path.ChangeExtension(image, ".txt");
}
