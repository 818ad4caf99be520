using System.Runtime.InteropServices;
using System.Text;
using Amused.Text;

namespace Amused.Training;

/// <summary>
/// Learns a byte-level byte-pair encoding of CLIP's format from captions (Sennrich, Haddow and Birch, arXiv 1508.07909): the pair of neighbouring
/// pieces that occurs most often becomes a piece, again and again. Captions are normalized and split into words exactly as
/// <see cref="ClipTokenizer"/> does before it encodes. The same captions, in any order, always give the same vocabulary.
/// </summary>
/// <example><code>
/// BpeTrainer trainer = new(new() { VocabularySize = 1000 });
/// trainer.AddRange(File.ReadLines("captions.txt"));
/// trainer.Train().Save("tokenizer", maxLength: 77);
/// </code></example>
public sealed class BpeTrainer
{
    // As a tokenizer cuts them out of a text, so that what merely spells them is not learned as words.
    private static readonly AddedTokenSplitter SpecialTokens = new(
        BpeVocabulary.SpecialTokens.Select((token, index) => (token, new AddedToken(token, Normalized: false), index)));

    private readonly BpeTrainerOptions options;
    private readonly Dictionary<string, long> words = [];
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> wordsBySpan;

    /// <summary>Prepares a trainer without captions.</summary>
    /// <param name="options">What the vocabulary shall be like; null: the defaults.</param>
    /// <exception cref="InvalidRequestException">A value is out of range.</exception>
    public BpeTrainer(BpeTrainerOptions? options = null)
    {
        this.options = options ?? new();
        this.options.Validate();
        wordsBySpan = words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How many captions were added.</summary>
    public long CaptionCount { get; private set; }

    /// <summary>How many words they had.</summary>
    public long WordCount { get; private set; }

    /// <summary>Counts the words of a caption.</summary>
    /// <param name="caption">Any text. Lone surrogates count as U+FFFD.</param>
    public void Add(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        CaptionCount++;
        foreach (var part in SpecialTokens.Split(caption))
        {
            if (part.Id is null)
                AddWords(NormalizedText.Of(caption, part.Start, part.Length).Text);
        }
    }

    /// <summary>Counts the words of many captions.</summary>
    /// <inheritdoc cref="Train" path="/param"/>
    /// <param name="captions">The captions.</param>
    /// <param name="cancellation">Stops the work.</param>
    public void AddRange(IEnumerable<string> captions, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(captions);
        foreach (var caption in captions)
        {
            cancellation.ThrowIfCancellationRequested();
            Add(caption);
        }
    }

    /// <summary>Learns the vocabulary of the captions so far.</summary>
    /// <param name="progress">Is told how many pieces there are.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="BrokenInputException">The captions have no words.</exception>
    /// <exception cref="InvalidRequestException">The asked-for vocabulary is smaller than its alphabet; the message says how large it must be.</exception>
    public BpeVocabulary Train(IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        if (words.Count == 0)
            throw new BrokenInputException("the captions have no words: a tokenizer is learned from at least one");

        var alphabet = Alphabet();
        Dictionary<string, int> ids = [];
        List<string> pieces = [];
        foreach (var suffix in (ReadOnlySpan<string>)["", BytePairEncoder.EndOfWord])
        {
            foreach (var value in alphabet)
                AddPiece(ByteAlphabet.ToCharacter(value) + suffix);
        }

        var room = options.VocabularySize - BpeVocabulary.SpecialTokens.Count;
        if (room < pieces.Count)
            throw new InvalidRequestException(TooSmall(pieces.Count + BpeVocabulary.SpecialTokens.Count));

        var pairs = CountPairs(ids);
        List<(string Left, string Right)> merges = [];
        while (pieces.Count < room && pairs.TakeMostFrequent() is var (left, right, count) && count >= options.MinFrequency)
        {
            cancellation.ThrowIfCancellationRequested();
            // The same letters by another way ("aa" + "a", "a" + "aa"): one piece has one origin, or encoding would take other ways than learning did.
            if (ids.ContainsKey(pieces[left] + pieces[right]))
                continue;
            merges.Add((pieces[left], pieces[right]));
            pairs.Merge(left, right, AddPiece(pieces[left] + pieces[right]));
            progress?.Report(pieces.Count);
        }
        return new([.. pieces, .. BpeVocabulary.SpecialTokens], merges);

        int AddPiece(string piece)
        {
            ids.Add(piece, pieces.Count);
            pieces.Add(piece);
            return pieces.Count - 1;
        }
    }

    private void AddWords(string text)
    {
        foreach (var (start, length) in WordSplitter.Split(text))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(wordsBySpan, text.AsSpan(start, length), out _)++;
            WordCount++;
        }
    }

    private byte[] Alphabet()
    {
        if (options.Alphabet == BpeAlphabet.Full)
            return [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        SortedSet<byte> seen = [];
        foreach (var word in words.Keys)
            seen.UnionWith(Encoding.UTF8.GetBytes(word));
        return [.. seen];
    }

    // Words in ordinal order: nothing then hangs on the order of the captions.
    private PairCounts CountPairs(Dictionary<string, int> ids)
    {
        PairCounts pairs = new();
        foreach (var (word, count) in words.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var bytes = Encoding.UTF8.GetBytes(word);
            var symbols = Array.ConvertAll(bytes, value => ids[ByteAlphabet.ToCharacter(value).ToString()]);
            symbols[^1] = ids[ByteAlphabet.ToCharacter(bytes[^1]) + BytePairEncoder.EndOfWord];
            pairs.AddWord(symbols, count);
        }
        return pairs;
    }

    private string TooSmall(int least) => options.Alphabet == BpeAlphabet.Full
        ? $"a vocabulary of {options.VocabularySize} pieces is not possible: all bytes and the special tokens are {least}; for fewer, begin with the bytes that the captions have alone"
        : $"a vocabulary of {options.VocabularySize} pieces is not possible: the bytes of these captions and the special tokens are {least}";
}
