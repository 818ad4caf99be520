using Amused.Runtime;
using Amused.Weights;

namespace Amused.Training;

/// <summary>
/// Encodes a data set once, so that training needs neither decode nor encode pictures: into safetensors shards of VQ tokens, micro-conditions and text states (or token
/// ids), with an index that has each shard's SHA-256 and what the shards were made with.
/// </summary>
/// <remarks>A shard appears whole or not at all. Work that was stopped goes on after the last whole shard and gives the same shards as if it hadn't been.</remarks>
public static class ShardEncoder
{
    /// <summary>After so many batches holes in the native heap are given back, which it keeps otherwise: decoders leave them in many sizes.</summary>
    private const int BatchesBetweenReturns = 32;

    /// <summary>Encodes what is missing of the data set that settings name. Examples come as they lie there, since training shuffles them.</summary>
    /// <param name="folder">Where the shards go, as below.</param>
    /// <param name="data">The data set and how its pictures are cut.</param>
    /// <param name="models">The models; they also give the resolution unless the settings do.</param>
    /// <param name="seed">What random crops, mirrorings and choices between captions derive from.</param>
    /// <param name="options">How; null: the defaults. <see cref="EncodingOptions.Text"/> is what the models make.</param>
    /// <param name="cancellation">Stops; whole shards stay.</param>
    /// <exception cref="InvalidRequestException">As below, or the settings name no data, or a resolution that the VQGAN doesn't take.</exception>
    /// <exception cref="BrokenInputException">As below.</exception>
    public static EncodingResult Encode(
        string folder, DataSettings data, EncodingModels models, long seed = 0, EncodingOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        data.Validate();
        var resolution = data.Resolution ?? models.DefaultResolution
            ?? throw new InvalidRequestException("the resolution of the pictures is needed: without a U-ViT nothing else says it");
        models.ThrowIfUnusable(resolution);
        var loader = options.Loader with { MaxBrokenShare = data.BrokenShare, Workers = data.Workers > 0 ? data.Workers : options.Loader.Workers };
        List<string> told = [];
        var source = data.Open(told.Add, cancellation);
        DataOrder order = new() { Seed = seed, Shuffle = false };
        var transform = data.Transform(resolution) with { ReadMasks = true };
        var identity = EncodingIdentity.Of(source, data.Options(loader.Warning), transform, order, models.Identity);
        options = options with { Text = models.Text, Loader = loader };
        // What doesn't go with the shards that are there is said alone.
        Resume(folder, identity, options);
        told.ForEach(line => loader.Warning?.Invoke(line));
        return Encode(folder, source, transform, order, models.Encoders, identity, options, cancellation);
    }

    /// <summary>Encodes what is missing.</summary>
    /// <param name="folder">
    /// Where the shards go; made if need be. Shards that are there are kept if they were made of and with the same, or
    /// <see cref="EncodingOptions.Force"/> is set.
    /// </param>
    /// <param name="source">The data set.</param>
    /// <param name="transform">How pictures are cut.</param>
    /// <param name="order">In which order, and with which seed.</param>
    /// <param name="encoders">The models.</param>
    /// <param name="identity">What tells whether existing shards go with these.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellation">Stops; whole shards stay.</param>
    /// <exception cref="InvalidRequestException">The folder holds shards of something else (the message says what differs), or a value is out of range.</exception>
    /// <exception cref="BrokenInputException">The data set or a shard is broken, or the folder cannot be written.</exception>
    internal static EncodingResult Encode(
        string folder, IImageSource source, ExampleTransform transform, DataOrder order, ExampleEncoders encoders, EncodingIdentity identity,
        EncodingOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        Validate(options, encoders);
        using var held = RunLock.Take(folder, "encoding");
        var index = Resume(folder, identity, options);
        if (index.Complete)
            return index.Result;
        WriteEmptyCaption(folder, encoders, options.Text);

        long before = index.Broken;
        using PrefetchingLoader loader = new(source, transform, order, options.Loader with { Epochs = options.Passes }, new(index.NextEpoch, index.NextIndex));
        EncodedRows rows = new(options.Text, encoders.CodebookSize);
        var (done, total) = (index.Result.Examples, source.Count * options.Passes);
        long batches = 0;
        foreach (var batch in loader.Batches(cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            Append(rows, batch, encoders);
            if (++batches % BatchesBetweenReturns == 0)
                NativeHeap.ReturnFreePages();
            options.Progress?.Invoke(new(done += batch.Examples.Count, total));
            if (rows.Count >= options.ShardSize)
                index = WriteShard(folder, index, rows, batch.Next, before + loader.Statistics.Broken);
        }

        if (rows.Count > 0)
            index = WriteShard(folder, index, rows, new(options.Passes, 0), before + loader.Statistics.Broken);
        index = index with { Complete = true, NextEpoch = options.Passes, NextIndex = 0, Broken = before + loader.Statistics.Broken };
        index.Write(folder);
        return index.Result;
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
            [EncodingIdentity.TextKey] = options.Text.ToString(),
            ["shard_size"] = $"{options.ShardSize}",
            ["batch_size"] = $"{options.Loader.BatchSize}",
            ["passes"] = $"{options.Passes}",
        };
        if (!File.Exists(EncodedIndex.PathIn(folder)))
            return new() { Version = EncodedIndex.CurrentVersion, Text = options.Text, Identity = values };

        var index = EncodedIndex.Read(folder);
        EncodingIdentity now = new(values), saved = new(index.Identity);
        RunIdentity run = new(options.Force);
        foreach (var (name, hash) in now.Content)
            run.Add(name, hash);
        run.Compare(folder, saved.Content, now.SettingsUnlike(saved), canBeForced: now.HasShapesOf(saved));
        // Only whether they are there: their content is verified where it is read.
        foreach (var shard in index.Shards)
        {
            if (RealFile.At(Path.Combine(folder, shard.File)) is not { Exists: true } file || file.Length != shard.Bytes)
                throw FileFault.Of(Path.Combine(folder, shard.File), $"is missing or cut; delete {folder} and encode anew");
        }

        // What was forced may have more passes than what is complete.
        return index with { Identity = values, Complete = index.Complete && index.NextEpoch >= options.Passes };
    }

    private static void WriteEmptyCaption(string folder, ExampleEncoders encoders, EncodedText text)
    {
        EncodedRows row = new(text, encoders.CodebookSize);
        row.AddTexts([""], encoders);
        SafetensorsWriter.Write(Path.Combine(folder, EncodedIndex.EmptyCaptionFile), row.TextTensors());
    }

    private static void Append(EncodedRows rows, ExampleBatch batch, ExampleEncoders encoders)
    {
        rows.AddPictures(encoders.Pictures(batch), batch.Examples);
        rows.AddTexts(batch.Captions, encoders);
    }

    private static EncodedIndex WriteShard(string folder, EncodedIndex index, EncodedRows rows, DataPosition next, long broken)
    {
        var name = $"shard-{index.Shards.Count:D5}.safetensors";
        var path = Path.Combine(folder, name);
        SafetensorsWriter.Write(path, rows.Tensors());
        EncodedShardEntry entry = new() { File = name, Count = rows.Count, Bytes = RealFile.At(path).Length, Sha256 = FileHash.Of(path) };
        rows.Clear();
        index = index with { Shards = [.. index.Shards, entry], NextEpoch = next.Epoch, NextIndex = next.Index, Broken = broken };
        index.Write(folder);
        return index;
    }
}
