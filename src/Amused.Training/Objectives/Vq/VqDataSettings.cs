namespace Amused.Training;

/// <summary>The pictures that a VQGAN learns from. What is said of them doesn't matter.</summary>
public sealed record VqDataSettings
{
    /// <summary>A folder of images, Parquet files or tar shards, a data set on the hub, or one image: whatever <see cref="ImageSources"/> opens.</summary>
    /// <value>The default value is null: a program gives a source of its own.</value>
    public string? Source { get; init; }

    /// <summary>The column with the images of a Parquet data set.</summary>
    /// <value>The default value is <c>image</c>.</value>
    public string ImageColumn { get; init; } = ParquetDataset.DefaultImageColumn;

    /// <summary>The part of a data set whose files or folders are named by parts.</summary>
    /// <value>The default value is <c>train</c>.</value>
    public string Split { get; init; } = ParquetDataset.DefaultSplit;

    /// <summary>The side to which pictures are scaled and cut, in pixels: a multiple of the VQGAN's factor.</summary>
    /// <value>The default value is 128.</value>
    public int Resolution { get; init; } = 128;

    /// <summary>Whether pictures that aren't square are cut from the middle instead of at random.</summary>
    /// <value>The default value is false.</value>
    public bool CenterCrop { get; init; }

    /// <summary>Whether half of the pictures are mirrored.</summary>
    /// <value>The default value is false.</value>
    public bool RandomFlip { get; init; }

    /// <summary>How many examples of a streamed source are mixed in memory.</summary>
    /// <value>The default value is 1,000.</value>
    public int ShuffleBuffer { get; init; } = 1000;

    /// <summary>How many threads decode; 0: as many as there are processors, at most 8.</summary>
    /// <value>The default value is 0.</value>
    public int Workers { get; init; }

    /// <summary>Whether nothing may be left out: a broken picture, and a file that no picture is read from, are errors then.</summary>
    /// <value>The default value is false: they are counted and said.</value>
    public bool Strict { get; init; }

    /// <summary>The share of broken pictures that stops the run. With <see cref="Strict"/> the first one does.</summary>
    /// <value>The default value is 0.1.</value>
    public double MaxBrokenShare { get; init; } = 0.1;

    internal ExampleTransform Transform => new() { Resolution = Resolution, CenterCrop = CenterCrop, RandomFlip = RandomFlip };

    internal void Validate()
    {
        Range.AtLeastOne(("data.resolution", Resolution), ("data.shuffle_buffer", ShuffleBuffer));
        Range.NotNegative(("data.workers", Workers));
        Range.Share(("data.max_broken_share", MaxBrokenShare));
    }

    /// <summary>How pictures are loaded.</summary>
    internal LoaderOptions Loader(int batchSize, Action<string>? warning) => LoaderOptions.Of(batchSize, Workers, Strict ? 0 : MaxBrokenShare, warning);

    /// <summary>Opens a data set by the settings' other values.</summary>
    /// <param name="source">The data set.</param>
    /// <param name="warning">Is told what was taken and left out.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidRequestException">Nothing is named.</exception>
    /// <exception cref="BrokenInputException">It isn't there, or not usable.</exception>
    internal IImageSource Open(string? source, Action<string>? warning, CancellationToken cancellation)
    {
        if (source is null)
            throw new InvalidRequestException("no pictures: give data.source");
        // On the thread pool, where a download can't wait for a caller's synchronisation context.
        ImageSourceOptions options = new() { Captions = new() { AreIgnored = true }, ImageColumn = ImageColumn, Split = Split, Strict = Strict, Warning = warning };
        return Task.Run(() => ImageSources.OpenAsync(source, options, cancellation), cancellation).GetAwaiter().GetResult();
    }
}
