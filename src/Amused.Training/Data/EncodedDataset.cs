using System.Globalization;
using Amused.Runtime;
using Amused.Weights;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// A folder of encoded shards (<see cref="ShardEncoder"/>), read at any place: each epoch is shuffled as a whole. Only what a batch needs is read. A shard is verified by its
/// SHA-256 when it is first read.
/// </summary>
/// <remarks>For one thread at a time.</remarks>
public sealed class EncodedDataset : IDisposable
{
    private readonly string folder;
    private readonly EncodedIndex index;
    private readonly bool verify;
    private readonly Shard?[] shards;
    private readonly long[] firstOf;
    private (long Seed, long Epoch, int[] Order)? permutation;

    /// <summary>Opens a folder of shards.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="verify">Whether each shard's SHA-256 is checked when it is first read.</param>
    /// <exception cref="BrokenInputException">There are no shards, or encoding them was not finished.</exception>
    public EncodedDataset(string folder, bool verify = true)
    {
        TorchRuntime.EnsureLoaded();
        (this.folder, this.verify) = (folder, verify);
        index = EncodedIndex.Read(folder);
        if (!index.Complete)
            throw FileFault.Of(EncodedIndex.PathIn(folder), "says that encoding was not finished: run it again, it goes on where it stopped");
        if (index.Shards.Count == 0)
            throw FileFault.Of(EncodedIndex.PathIn(folder), "names no shards");
        shards = new Shard?[index.Shards.Count];
        firstOf = new long[shards.Length];
        for (int i = 1; i < shards.Length; i++)
            firstOf[i] = firstOf[i - 1] + index.Shards[i - 1].Count;
        Count = firstOf[^1] + index.Shards[^1].Count;
    }

    /// <summary>How many examples there are.</summary>
    public long Count { get; }

    /// <summary>Whether any of the pictures has a mask.</summary>
    /// <exception cref="BrokenInputException">A shard is missing, broken, or not the one that the index names.</exception>
    internal bool HasMasks => Enumerable.Range(0, shards.Length).Any(number => ShardAt(number).HasForeground);

    /// <summary>What is kept of the captions.</summary>
    public EncodedText Text => index.Text;

    /// <summary>The side in pixels of the pictures that were encoded; null where the shards don't say.</summary>
    public int? Resolution => int.TryParse(index.Identity.GetValueOrDefault(EncodingIdentity.ResolutionKey), NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : null;

    /// <summary>What the shards were made of and with.</summary>
    internal EncodingIdentity Identity => new(index.Identity);

    /// <summary>Whether a folder is one of encoded shards, finished or not.</summary>
    public static bool IsOne(string path) => File.Exists(EncodedIndex.PathIn(path)) && File.Exists(Path.Combine(path, EncodedIndex.EmptyCaptionFile));

    /// <summary>Reads the next examples, onto the CPU; batches run on from one epoch into the next.</summary>
    /// <param name="order">The order.</param>
    /// <param name="start">Where: <see cref="TokenBatch.Next"/> of the batch before.</param>
    /// <param name="batchSize">How many, at least 1.</param>
    /// <exception cref="BrokenInputException">A shard is missing, broken, or not the one that the index names.</exception>
    public TokenBatch Read(DataOrder order, DataPosition start, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        var rows = new (Shard Shard, long Row)[batchSize];
        var at = start;
        for (int i = 0; i < batchSize; i++)
        {
            if (at.Index >= Count)
                at = new(at.Epoch + 1, 0);
            rows[i] = Find(Place(order, at));
            at = at with { Index = at.Index + 1 };
        }

        return new(Gather(rows, EncodedRows.Tokens, ScalarType.Int64), Gather(rows, EncodedRows.MicroConditionsKey), GatherText(rows), at, GatherForeground(rows));
    }

    /// <summary>The empty caption, a batch of one: what stands in for a dropped one.</summary>
    /// <exception cref="BrokenInputException">The file with it is missing or broken.</exception>
    public TextInputs ReadEmptyCaption()
    {
        using Shard shard = new(Path.Combine(folder, EncodedIndex.EmptyCaptionFile));
        return GatherText([(shard, 0)]);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var shard in shards)
            shard?.Dispose();
    }

    private long Place(DataOrder order, DataPosition at)
    {
        if (!order.Shuffle)
            return at.Index;
        if (permutation is not { } known || known.Seed != order.Seed || known.Epoch != at.Epoch)
            permutation = known = (order.Seed, at.Epoch, new IndexRandom(RandomPurpose.Order, order.Seed, at.Epoch).Permutation(checked((int)Count)));
        return known.Order[at.Index];
    }

    private (Shard, long) Find(long place)
    {
        int number = Array.BinarySearch(firstOf, place);
        number = number < 0 ? ~number - 1 : number;
        return (ShardAt(number), place - firstOf[number]);
    }

    private Shard ShardAt(int number) => shards[number] ??= Open(index.Shards[number]);

    private Shard Open(EncodedShardEntry entry)
    {
        var path = Path.Combine(folder, entry.File);
        if (verify && FileHash.Of(path) != entry.Sha256)
            throw FileFault.Of(path, "is not the shard that the index names (its SHA-256 differs): it is damaged, encode anew");
        Shard shard = new(path);
        if (shard.File[EncodedRows.Tokens].Shape is not [var count, ..] || count != entry.Count)
            throw FileFault.Of(path, $"has not the {entry.Count} examples that the index says");
        return shard;
    }

    private TextInputs GatherText((Shard Shard, long Row)[] rows) => Text == EncodedText.States
        ? new(null, Gather(rows, EncodedRows.Hidden), Gather(rows, EncodedRows.Pooled))
        : new(Gather(rows, EncodedRows.InputIds, ScalarType.Int64));

    /// <summary>The shares of the pictures' masks as (B, rows, columns) from 0 to 1; null where none of the shards has any.</summary>
    private static Tensor? GatherForeground((Shard Shard, long Row)[] rows)
    {
        if (rows.FirstOrDefault(row => row.Shard.HasForeground).Shard is not { } first)
            return null;
        using var scope = NewDisposeScope();
        var shape = first.File[EncodedRows.Foreground].Shape.Skip(1).ToArray();
        var batch = full([rows.Length, .. shape], byte.MaxValue, ScalarType.Byte);
        var bytes = batch.bytes;
        int rowBytes = bytes.Length / rows.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Shard.HasForeground)
                rows[i].Shard.ReadRow(EncodedRows.Foreground, rows[i].Row, bytes.Slice(i * rowBytes, rowBytes));
        }

        return (batch.to(ScalarType.Float32) / byte.MaxValue).DetachFromDisposeScope();
    }

    /// <summary>The rows of one key as a batch, outside any scope.</summary>
    private static Tensor Gather((Shard Shard, long Row)[] rows, string key, ScalarType? wanted = null)
    {
        using var scope = NewDisposeScope();
        var first = rows[0].Shard.File[key];
        var batch = empty([rows.Length, .. first.Shape.Skip(1)], first.Dtype.ToScalarType()!.Value);
        var bytes = batch.bytes;
        int rowBytes = bytes.Length / rows.Length;
        for (int i = 0; i < rows.Length; i++)
            rows[i].Shard.ReadRow(key, rows[i].Row, bytes.Slice(i * rowBytes, rowBytes));
        return batch.to(wanted ?? batch.dtype).DetachFromDisposeScope();
    }

    /// <summary>An open file. Rows are read, not mapped: a file that is cut meanwhile gives an error instead of ending the process.</summary>
    private sealed class Shard(string path) : IDisposable
    {
        private SafeFileHandle? handle;

        public SafetensorsFile File { get; } = SafetensorsFile.Open(path);

        public bool HasForeground => File.Entries.ContainsKey(EncodedRows.Foreground);

        public void ReadRow(string key, long row, Span<byte> bytes)
        {
            var entry = File[key];
            if (entry.Shape.Count == 0 || entry.ByteLength != bytes.Length * entry.Shape[0])
                throw FileFault.Of(path, $"the tensor {FileFault.Quote(key)} has another shape or type than in other shards: {FileFault.Shape([.. entry.Shape])}");
            File.ReadInto(handle ??= File.OpenHandle(), entry, row * bytes.Length, bytes);
        }

        public void Dispose() => handle?.Dispose();
    }
}
