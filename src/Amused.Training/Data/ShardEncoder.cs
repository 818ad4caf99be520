using Amused.Weights;

namespace Amused.Training.Data;

/// <summary>How a data set is encoded.</summary>
public sealed record EncodingOptions
{
    /// <summary>What is kept of the captions.</summary>
    /// <value>The default value is <see cref="EncodedText.States"/>.</value>
    public EncodedText Text { get; init; }

    /// <summary>How many examples a shard has. After each the work can be stopped and gone on with; with states, 1024 are about 125 MB.</summary>
    /// <value>At least 1. The default value is 1024.</value>
    public int ShardSize { get; init; } = 1024;

    /// <summary>How often the data set is gone through: each time with other crops and mirrorings.</summary>
    /// <value>At least 1. The default value is 1.</value>
    public int Passes { get; init; } = 1;

    /// <summary>How pictures are loaded; <see cref="LoaderOptions.BatchSize"/> is also how many are encoded at once.</summary>
    /// <value>The default value has batches of 8.</value>
    public LoaderOptions Loader { get; init; } = new() { BatchSize = 8 };

    /// <summary>Is told after each batch how many examples are encoded.</summary>
    public Action<long>? Progress { get; init; }
}

/// <summary>
/// Encodes a data set once, so that training needs neither decode nor encode pictures: into safetensors shards of VQ tokens, micro-conditions and text states (or token
/// ids), with an index that has each shard's SHA-256 and what the shards were made with.
/// </summary>
/// <remarks>A shard appears whole or not at all. Work that was stopped goes on after the last whole shard and gives the same shards as if it hadn't been.</remarks>
public static class ShardEncoder
{
    /// <summary>The file with the states (or ids) of the empty caption, which condition dropout needs: one row, keys as in a shard.</summary>
    internal const string EmptyCaptionFile = "empty-caption.safetensors";

    /// <summary>Encodes what is missing.</summary>
    /// <param name="folder">Where the shards go; made if need be. Shards that are there are kept if they were made of and with the same.</param>
    /// <param name="source">The data set.</param>
    /// <param name="transform">How pictures are cut.</param>
    /// <param name="order">In which order, and with which seed.</param>
    /// <param name="encoders">The models.</param>
    /// <param name="identity">What tells whether existing shards go with these.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellation">Stops; whole shards stay.</param>
    /// <returns>How many examples the folder holds.</returns>
    /// <exception cref="InvalidRequestException">The folder holds shards of something else (the message says what differs), or a value is out of range.</exception>
    /// <exception cref="BrokenInputException">The data set or a shard is broken, or the folder cannot be written.</exception>
    public static long Encode(
        string folder, IImageSource source, ExampleTransform transform, DataOrder order, ExampleEncoders encoders, EncodingIdentity identity,
        EncodingOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        Validate(options, encoders);
        var index = Resume(folder, identity, options);
        if (index.Complete)
            return index.Shards.Sum(shard => (long)shard.Count);
        WriteEmptyCaption(folder, encoders, options.Text);

        long before = index.Broken;
        using PrefetchingLoader loader = new(source, transform, order, options.Loader with { Epochs = options.Passes }, new(index.NextEpoch, index.NextIndex));
        EncodedRows rows = new(options.Text, encoders.CodebookSize);
        long done = index.Shards.Sum(shard => (long)shard.Count);
        foreach (var batch in loader.Batches(cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            Append(rows, batch, encoders);
            options.Progress?.Invoke(done += batch.Examples.Count);
            if (rows.Count >= options.ShardSize)
                index = WriteShard(folder, index, rows, batch.Next, before + loader.Statistics.Broken);
        }

        if (rows.Count > 0)
            index = WriteShard(folder, index, rows, new(options.Passes, 0), before + loader.Statistics.Broken);
        (index with { Complete = true, NextEpoch = options.Passes, NextIndex = 0 }).Write(folder);
        return done;
    }

    private static void Validate(EncodingOptions options, ExampleEncoders encoders)
    {
        if (options.ShardSize < 1 || options.Passes < 1)
            throw new InvalidRequestException($"shards of {options.ShardSize} examples and {options.Passes} passes are not possible: at least 1 each");
        if (options.Text == EncodedText.States ? encoders.States is null : encoders.TokenIds is null)
            throw new ArgumentException($"no encoder for {options.Text}", nameof(encoders));
    }

    private static EncodedIndex Resume(string folder, EncodingIdentity identity, EncodingOptions options)
    {
        Dictionary<string, string> values = new(identity.Values)
        {
            ["text"] = options.Text.ToString(),
            ["shard_size"] = $"{options.ShardSize}",
            ["batch_size"] = $"{options.Loader.BatchSize}",
            ["passes"] = $"{options.Passes}",
        };
        if (!File.Exists(EncodedIndex.PathIn(folder)))
            return new() { Version = EncodedIndex.CurrentVersion, Text = options.Text, Identity = values };

        var index = EncodedIndex.Read(folder);
        if (new EncodingIdentity(values).DifferenceFrom(new(index.Identity)) is { } difference)
            throw new InvalidRequestException($"{folder} holds shards of something else: {difference}; name another folder, or delete this one");
        // Only whether they are there: their content is verified where it is read.
        foreach (var shard in index.Shards)
        {
            if (new FileInfo(Path.Combine(folder, shard.File)) is not { Exists: true } file || file.Length != shard.Bytes)
                throw FileFault.Of(Path.Combine(folder, shard.File), $"is missing or cut; delete {folder} and encode anew");
        }

        return index;
    }

    private static void WriteEmptyCaption(string folder, ExampleEncoders encoders, EncodedText text)
    {
        EncodedRows row = new(text, encoders.CodebookSize);
        row.AddTexts([""], encoders);
        SafetensorsWriter.Write(Path.Combine(folder, EmptyCaptionFile), row.TextTensors());
    }

    private static void Append(EncodedRows rows, ExampleBatch batch, ExampleEncoders encoders)
    {
        rows.AddPictures(encoders.Pictures(batch), [.. batch.Examples.Select(example => example.Conditions)]);
        rows.AddTexts(batch.Captions, encoders);
    }

    private static EncodedIndex WriteShard(string folder, EncodedIndex index, EncodedRows rows, DataPosition next, long broken)
    {
        var name = $"shard-{index.Shards.Count:D5}.safetensors";
        var path = Path.Combine(folder, name);
        SafetensorsWriter.Write(path, rows.Tensors());
        EncodedShardEntry entry = new() { File = name, Count = rows.Count, Bytes = new FileInfo(path).Length, Sha256 = FileHash.Of(path) };
        rows.Clear();
        index = index with { Shards = [.. index.Shards, entry], NextEpoch = next.Epoch, NextIndex = next.Index, Broken = broken };
        index.Write(folder);
        return index;
    }
}
