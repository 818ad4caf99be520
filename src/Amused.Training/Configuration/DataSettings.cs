namespace Amused.Training;

/// <summary>The pictures that a run learns from.</summary>
public sealed record DataSettings
{
    /// <summary>
    /// A folder of images (<see cref="ImageFolder"/>), Parquet files or a data set on the hub (<see cref="ParquetDataset"/>), or tar shards
    /// (<see cref="WebDataset"/>): whatever <see cref="ImageSources"/> opens. Or a folder of shards that were encoded beforehand (<see cref="EncodedDataset"/>).
    /// </summary>
    /// <value>The default value is null: a program gives a source of its own.</value>
    public string? Source { get; init; }

    /// <summary>One image, as in StyleDrop, with <see cref="Prompt"/>.</summary>
    /// <value>The default value is null.</value>
    public string? Image { get; init; }

    /// <summary>What is said of <see cref="Image"/>.</summary>
    /// <value>The default value is null.</value>
    public string? Prompt { get; init; }

    /// <summary>Where captions of a folder stand.</summary>
    /// <value>The default value is <see cref="CaptionPlace.Any"/>.</value>
    public CaptionPlace Captions { get; init; }

    /// <summary>The fields with captions in a metadata file.</summary>
    /// <value>The default is none: the usual ones.</value>
    public IReadOnlyList<string> CaptionColumns { get; init; } = [];

    /// <summary>The column with the images of a Parquet data set.</summary>
    /// <value>The default value is <c>image</c>.</value>
    public string ImageColumn { get; init; } = ParquetDataset.DefaultImageColumn;

    /// <summary>The part of a data set whose files or folders are named by parts.</summary>
    /// <value>The default value is <c>train</c>.</value>
    public string Split { get; init; } = ParquetDataset.DefaultSplit;

    /// <summary>The side of the pictures in pixels; a multiple of what the model's sides must be multiples of.</summary>
    /// <value>The default value is null: the model's own size, or that of encoded shards.</value>
    public int? Resolution { get; init; }

    /// <summary>Whether crops are from the middle instead of at random.</summary>
    /// <value>The default value is false.</value>
    public bool CenterCrop { get; init; }

    /// <summary>Whether half of the pictures are mirrored.</summary>
    /// <value>The default value is false.</value>
    public bool RandomFlip { get; init; }

    /// <summary>Whether large JPEG files may be decoded at a fraction of their size: several times faster, within JPEG's own error.</summary>
    /// <value>The default value is true.</value>
    public bool ScaledDecoding { get; init; } = true;

    /// <summary>How many examples of a streamed source are mixed in memory.</summary>
    /// <value>The default value is 1,000.</value>
    public int ShuffleBuffer { get; init; } = 1000;

    /// <summary>How many threads decode; 0: as many as there are processors, at most 8.</summary>
    /// <value>The default value is 0.</value>
    public int Workers { get; init; }

    /// <summary>
    /// Whether nothing may be left out or guessed: a broken picture, a file that no picture or caption is read from, a caption that is
    /// missing or only a file's name, and a text that is not UTF-8 are errors then.
    /// </summary>
    /// <value>The default value is false: all of that is counted and said.</value>
    public bool Strict { get; init; }

    /// <summary>The share of broken pictures that stops the run. With <see cref="Strict"/> the first one does.</summary>
    /// <value>The default value is 0.1.</value>
    public double MaxBrokenShare { get; init; } = 0.1;

    /// <summary>The folder of encoded shards, where <see cref="Source"/> is one.</summary>
    internal string? EncodedFolder => Source is not null && EncodedDataset.IsOne(Source) ? Source : null;

    internal void Validate()
    {
        Range.AtLeastOne(("data.shuffle_buffer", ShuffleBuffer));
        Range.NotNegative(("data.workers", Workers));
        Range.Share(("data.max_broken_share", MaxBrokenShare));
        if (Source is not null && Image is not null)
            throw new InvalidRequestException("data.source and data.image exclude each other: many pictures, or a single one");
        if (Image is null != Prompt is null)
            throw new InvalidRequestException(Image is null ? "data.prompt is for data.image, one picture that is learnt from" : "data.image needs data.prompt, what is said of it");
        if (EncodedFolder is not null)
            RefuseWhatShardsHaveDecided(new());
    }

    /// <summary>What was settled when shards were encoded can't be had otherwise now.</summary>
    private void RefuseWhatShardsHaveDecided(DataSettings defaults)
    {
        string? setting =
            CenterCrop ? "center_crop" : RandomFlip ? "random_flip" : Captions != defaults.Captions ? "captions" : CaptionColumns.Count > 0 ? "caption_columns"
            : ImageColumn != defaults.ImageColumn ? "image_column" : Split != defaults.Split ? "split" : null;
        if (setting is not null)
            throw new InvalidRequestException($"data.{setting} has no effect on {FileFault.Printable(Source!)}, a folder of encoded shards: it is chosen when they are encoded");
    }

    internal ExampleTransform Transform(int resolution) => new() { Resolution = resolution, CenterCrop = CenterCrop, RandomFlip = RandomFlip, ScaledDecoding = ScaledDecoding };

    /// <summary>How pictures are loaded.</summary>
    internal LoaderOptions Loader(int batchSize, Action<string>? warning) => LoaderOptions.Of(batchSize, Workers, BrokenShare, warning);

    /// <summary>The share of broken pictures that is let pass.</summary>
    internal double BrokenShare => Strict ? 0 : MaxBrokenShare;

    /// <summary>Which pictures and captions are taken of what the settings name.</summary>
    internal ImageSourceOptions Options(Action<string>? warning) =>
        new() { Captions = new() { Place = Captions, Columns = CaptionColumns }, ImageColumn = ImageColumn, Split = Split, Strict = Strict, Warning = warning };

    /// <summary>Opens what the settings name.</summary>
    /// <param name="warning">Is told what is odd but no fault.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidRequestException">They name nothing.</exception>
    /// <exception cref="BrokenInputException">It isn't there, or not usable.</exception>
    internal IImageSource Open(Action<string>? warning, CancellationToken cancellation) =>
        Image is not null ? ListImageSource.OfOneImage(Image, Prompt!)
        : Source is not null ? Named(Source, warning, cancellation)
        : throw new InvalidRequestException("no pictures: give data.source, or data.image with data.prompt");

    // On the thread pool, where a download can't wait for a caller's synchronisation context.
    private IImageSource Named(string source, Action<string>? warning, CancellationToken cancellation) =>
        Task.Run(() => ImageSources.OpenAsync(source, Options(warning), cancellation), cancellation).GetAwaiter().GetResult();
}
