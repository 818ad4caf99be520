namespace Amused.Training;

/// <summary>The captions of text files and data sets, one after the other, without their pictures.</summary>
internal static class CaptionFiles
{
    /// <summary>Opens a text file with a caption on each line, or the captions of a data set of any kind.</summary>
    /// <param name="path">The file; or what <see cref="ImageSources.OpenAsync"/> takes.</param>
    /// <param name="options">How a data set is opened; null: the defaults.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <returns>The captions, read as they are asked for.</returns>
    /// <exception cref="BrokenInputException">It is not there, or no data set; also while captions are read.</exception>
    public static async Task<IEnumerable<string>> OpenAsync(string path, ImageSourceOptions? options = null, CancellationToken cancellation = default) =>
        IsText(path)
            ? Lines(path, new(path, options?.Strict ?? false), options?.Warning)
            : Of(await ImageSources.OpenAsync(path, options, cancellation).ConfigureAwait(false), options?.Warning);

    /// <summary>All captions of a data set, in its own order; of an example that has several, each.</summary>
    /// <param name="source">The data set.</param>
    /// <exception cref="BrokenInputException">The data set as such is unreadable.</exception>
    public static IEnumerable<string> Of(IImageSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Of(source, warning: null);
    }

    private static IEnumerable<string> Of(IImageSource source, Action<string>? warning)
    {
        foreach (var caption in source.ReadEpoch(new() { Shuffle = false }, default).SelectMany(example => example.Captions))
            yield return caption;
        (source as IFileSource)?.Report?.Tell(warning);
    }

    // A text file that is not there shall be missed as a file, not looked for on the hub.
    private static bool IsText(string path) =>
        Path.GetExtension(path).Equals(".txt", StringComparison.OrdinalIgnoreCase)
        || (File.Exists(path) && !PictureFiles.IsPicture(path) && !WebDataset.IsShard(path) && !ParquetDataset.IsOne(path));

    private static IEnumerable<string> Lines(string path, DataReport report, Action<string>? warning)
    {
        using var reader = CaptionText.Open(path, Path.GetFileName(path), report);
        while (FileFault.Reading(path, reader.ReadLine) is { } line)
            yield return line;
        report.TellOdd(warning);
    }
}
