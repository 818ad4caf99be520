using Amused.Weights.Hub;

namespace Amused.Training;

/// <summary>What a data set is opened with, whatever kind it is of.</summary>
public sealed record ImageSourceOptions
{
    /// <summary>Where captions stand.</summary>
    /// <value>The default value looks in all the usual places.</value>
    public CaptionOptions Captions { get; init; } = new();

    /// <summary>The column with the images of a Parquet data set.</summary>
    /// <value>The default value is <c>image</c>.</value>
    public string ImageColumn { get; init; } = ParquetDataset.DefaultImageColumn;

    /// <summary>The part of a data set whose files or folders are named by parts.</summary>
    /// <value>The default value is <c>train</c>.</value>
    public string Split { get; init; } = ParquetDataset.DefaultSplit;

    /// <summary>Whether whatever would be left out, taken from a file's name or guessed is an error instead.</summary>
    /// <value>The default value is false: it is counted and told to <see cref="Warning"/>.</value>
    public bool Strict { get; init; }

    /// <summary>The caption of a data set that is a single image file. Needed there, and there alone.</summary>
    /// <value>The default value is null.</value>
    public string? Prompt { get; init; }

    /// <summary>How a hub id is fetched.</summary>
    public HubOptions Hub { get; init; } = new();

    /// <summary>Is told, in one line each, how much was taken, what was left out and why, and of what is odd but no fault.</summary>
    public Action<string>? Warning { get; init; }
}

/// <summary>Opens a data set by what the user calls it.</summary>
public static class ImageSources
{
    /// <summary>
    /// Opens a data set: a folder of images, of Parquet files or of tar shards; a Parquet file; a tar shard or a pattern of them; one image file; or a
    /// hub id. What lies on this machine comes first.
    /// </summary>
    /// <param name="data">What the user wrote.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidRequestException">A single image without a prompt, or a prompt for something else.</exception>
    /// <exception cref="BrokenInputException">There is no such thing, or it holds no usable data.</exception>
    public static async Task<IImageSource> OpenAsync(string data, ImageSourceOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        bool isOneImage = File.Exists(data) && PictureFiles.IsPicture(data);
        DataReport report = new(data, options.Strict);
        if (isOneImage && options.Captions.AreIgnored)
            return ListImageSource.OfOneImage(data, "");
        if (isOneImage != options.Prompt is not null)
        {
            throw new InvalidRequestException(isOneImage
                ? $"{data} is one image: the prompt that goes with it is needed"
                : $"a prompt goes with a data set of one image only; {data} has captions of its own");
        }
        if (isOneImage)
            return ListImageSource.OfOneImage(data, options.Prompt!);
        if (WebDataset.IsShard(data) || HoldsOnly(data, WebDataset.IsShard))
            return WebDataset.Open(data, options.Captions, options.Split, report);
        if (ParquetDataset.IsOne(data) || HoldsOnly(data, ParquetDataset.IsOne))
            return ParquetDataset.Open(data, options.Captions, options.ImageColumn, options.Split, report, options.Warning);
        if (Directory.Exists(data))
            return ImageFolder.Open(data, options.Captions, options.Split, report, options.Warning);
        if (!HubId.LooksLikeId(data))
            throw FileFault.Of(data, "there is no such file or folder, and it is no hub id (org/name) either");
        using HubClient hub = new();
        return await ParquetDataset.OpenFromHubAsync(
            hub, data, options.Hub, options.Captions, options.ImageColumn, options.Split, report, options.Warning, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether a folder holds such files and no images.</summary>
    private static bool HoldsOnly(string folder, Func<string, bool> isOne)
    {
        if (!Directory.Exists(folder))
            return false;
        var files = FolderFiles.List(folder);
        return files.Any(isOne) && !files.Any(PictureFiles.IsPicture);
    }
}
