using System.Runtime.InteropServices;

namespace Amused.Training;

/// <summary>
/// How often each pair of neighbouring symbols occurs in the words, kept up to date from merge to merge: only the words that hold the merged pair
/// are looked at again.
/// </summary>
internal sealed class PairCounts
{
    private readonly List<Word> words = [];
    private readonly Dictionary<(int Left, int Right), Pair> pairs = [];

    // Counts as they were when a pair came in. They only ever fall after that (a merge makes new pairs, with the new symbol), so a
    // pair that comes out with its present count is the most frequent one.
    private readonly PriorityQueue<(int Left, int Right), Priority> queue = new();
    private readonly List<(int Left, int Right)> unqueued = [];

    /// <summary>Adds a word.</summary>
    /// <param name="symbols">Its symbols; changed by merges.</param>
    /// <param name="count">How often it occurs.</param>
    public void AddWord(int[] symbols, long count)
    {
        words.Add(new() { Symbols = symbols, Length = symbols.Length, Count = count });
        Count(words.Count - 1, sign: 1);
    }

    /// <summary>Takes out the pair that occurs most often; of several the one whose left, then right symbol is the lower. Null: there is none.</summary>
    public (int Left, int Right, long Count)? TakeMostFrequent()
    {
        EnqueueNew();
        while (queue.TryDequeue(out var key, out var priority))
        {
            if (!pairs.TryGetValue(key, out var pair) || pair.Count == 0)
                continue;
            if (pair.Count == priority.Count)
                return (key.Left, key.Right, pair.Count);
            queue.Enqueue(key, new(pair.Count, key));
        }
        return null;
    }

    /// <summary>Joins a pair wherever it occurs, from left to right in each word.</summary>
    public void Merge(int left, int right, int merged)
    {
        var places = pairs[(left, right)].Words;
        foreach (var index in places)
        {
            Count(index, sign: -1);
            words[index].Merge(left, right, merged);
            Count(index, sign: 1);
        }
        pairs.Remove((left, right));
    }

    private void Count(int index, int sign)
    {
        var word = words[index];
        for (var position = 0; position < word.Length - 1; position++)
        {
            var key = (word.Symbols[position], word.Symbols[position + 1]);
            ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, key, out var known);
            if (!known)
            {
                pair = new();
                unqueued.Add(key);
            }
            pair!.Count += sign * word.Count;
            // Words come in ascending order, so one that holds the pair twice, or is counted anew, is not past the last.
            if (sign > 0 && (pair.Words.Count == 0 || pair.Words[^1] < index))
                pair.Words.Add(index);
        }
    }

    // Only now are the counts of new pairs complete.
    private void EnqueueNew()
    {
        foreach (var key in unqueued)
            queue.Enqueue(key, new(pairs[key].Count, key));
        unqueued.Clear();
    }

    /// <summary>Occurrences of a pair, and the words that had it when it was first seen (ascending; merges may have taken it from some since).</summary>
    private sealed class Pair
    {
        public long Count { get; set; }

        public List<int> Words { get; } = [];
    }

    /// <summary>A word as symbols; those past its length are what earlier merges left over.</summary>
    private sealed class Word
    {
        public required int[] Symbols { get; init; }

        public required int Length { get; set; }

        public required long Count { get; init; }

        public void Merge(int left, int right, int merged)
        {
            var end = 0;
            for (var position = 0; position < Length; position++)
            {
                var joins = Symbols[position] == left && position + 1 < Length && Symbols[position + 1] == right;
                Symbols[end++] = joins ? merged : Symbols[position];
                position += joins ? 1 : 0;
            }
            Length = end;
        }
    }

    /// <summary>What comes out of the queue first: the larger count, then the lower symbols.</summary>
    private readonly record struct Priority(long Count, (int Left, int Right) Key) : IComparable<Priority>
    {
        public int CompareTo(Priority other)
        {
            var order = other.Count.CompareTo(Count);
            return order != 0 ? order : Key.CompareTo(other.Key);
        }
    }
}
