using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Amused.Text;

/// <summary>Two neighbouring symbols that become one; a merge's rank is its place in the list of them.</summary>
/// <param name="Left">Id of the left symbol.</param>
/// <param name="Right">Id of the right symbol.</param>
/// <param name="Merged">Id of the symbol that they become.</param>
internal readonly record struct SymbolMerge(int Left, int Right, int Merged);

/// <summary>
/// Byte-pair encoding of one word (Sennrich, Haddow and Birch, arXiv 1508.07909) over UTF-8 bytes, with a mark at the word's end. Starts
/// from one symbol per byte; as long as any two neighbours can merge, the pair of the lowest rank does, the leftmost of equals first.
/// </summary>
internal sealed class BytePairEncoder
{
    /// <summary>Stands on the last symbol of each word.</summary>
    public const string EndOfWord = "</w>";

    // Text repeats its words: these bounds keep the memory of repeated ones near 2 MiB.
    private const int CachedWords = 1 << 14;
    private const int LongestCachedWord = 32;

    private readonly Dictionary<long, long> merges; // rank and merged symbol by pair, both as Pair packs them
    private readonly int[] innerSymbols = new int[256], lastSymbols = new int[256]; // by byte
    private readonly ConcurrentDictionary<string, int[]> cache = [];
    private int cached;

    /// <summary>Prepares the encoder.</summary>
    /// <param name="vocabulary">The pieces, in the byte alphabet.</param>
    /// <param name="merges">By rank; of a pair that occurs twice the later counts.</param>
    /// <param name="unknownId">Stands for a byte that has no piece.</param>
    public BytePairEncoder(ClipVocabulary vocabulary, IReadOnlyList<SymbolMerge> merges, int unknownId)
    {
        this.merges = new(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
            this.merges[Pair(merges[rank].Left, merges[rank].Right)] = Pair(rank, merges[rank].Merged);
        for (var value = 0; value < 256; value++)
        {
            var symbol = ByteAlphabet.ToCharacter((byte)value).ToString();
            innerSymbols[value] = vocabulary.IdOf(symbol) ?? unknownId;
            lastSymbols[value] = vocabulary.IdOf(symbol + EndOfWord) ?? unknownId;
        }
    }

    /// <summary>The ids of a word.</summary>
    /// <param name="word">Not empty.</param>
    public int[] Encode(ReadOnlySpan<char> word)
    {
        if (word.Length > LongestCachedWord)
            return Ids(Merge(word));
        var known = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(word, out var ids))
            return ids;
        ids = Ids(Merge(word));
        if (Volatile.Read(ref cached) < CachedWords && known.TryAdd(word, ids))
            Interlocked.Increment(ref cached);
        return ids;
    }

    /// <summary>Where in a word the token at <paramref name="index"/> begins: the character that holds its first byte.</summary>
    public int CharacterOf(ReadOnlySpan<char> word, int index)
    {
        var start = Merge(word).Take(index).Sum(symbol => symbol.Length);
        var character = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            start -= rune.Utf8SequenceLength;
            if (start < 0)
                break;
            character += rune.Utf16SequenceLength;
        }
        return character;
    }

    private static int[] Ids(List<Symbol> symbols)
    {
        var ids = new int[symbols.Count];
        for (var index = 0; index < ids.Length; index++)
            ids[index] = symbols[index].Id;
        return ids;
    }

    private List<Symbol> Merge(ReadOnlySpan<char> word)
    {
        var symbols = Start(word);
        PriorityQueue<int, long> queue = new(word.Length); // merged id; rank, then position
        var chain = CollectionsMarshal.AsSpan(symbols);
        for (var position = 0; position < chain.Length - 1; position++)
            Propose(chain, position, queue);
        while (queue.TryDequeue(out var merged, out var place))
            Apply(chain, (int)place, merged, queue);
        symbols.RemoveAll(symbol => symbol.Length == 0);
        return symbols;
    }

    private List<Symbol> Start(ReadOnlySpan<char> word)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        List<Symbol> symbols = new(bytes.Length);
        foreach (var value in bytes)
            symbols.Add(new() { Id = innerSymbols[value], Length = 1, Previous = symbols.Count - 1, Next = symbols.Count + 1 });
        symbols[^1] = symbols[^1] with { Id = lastSymbols[bytes[^1]] };
        return symbols;
    }

    /// <summary>Queues the merge of the symbol at <paramref name="position"/> with its right neighbour, if there is one.</summary>
    private void Propose(ReadOnlySpan<Symbol> chain, int position, PriorityQueue<int, long> queue)
    {
        if (position >= 0 && chain[position].Next < chain.Length && MergeAt(chain, position) is long merge)
            queue.Enqueue((int)merge, Pair((int)(merge >> 32), position));
    }

    private void Apply(Span<Symbol> chain, int position, int merged, PriorityQueue<int, long> queue)
    {
        ref var left = ref chain[position];
        // Neighbours may have merged otherwise since this merge was queued.
        if (left.Length == 0 || left.Next >= chain.Length || MergeAt(chain, position) is not long merge || (int)merge != merged)
            return;
        ref var right = ref chain[left.Next];
        left.Id = merged;
        left.Length += right.Length;
        left.Next = right.Next;
        right.Length = 0;
        if (left.Next < chain.Length)
            chain[left.Next].Previous = position;
        Propose(chain, left.Previous, queue);
        Propose(chain, position, queue);
    }

    private long? MergeAt(ReadOnlySpan<Symbol> chain, int position) =>
        merges.TryGetValue(Pair(chain[position].Id, chain[chain[position].Next].Id), out var merge) ? merge : null;

    /// <summary>Two numbers in one, which sorts by the first: quick as a key.</summary>
    private static long Pair(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>A stretch of the word's bytes, linked to its neighbours; one without length has gone into its left neighbour.</summary>
    private record struct Symbol
    {
        public int Id;
        public int Length;
        public int Previous;
        public int Next;
    }
}
