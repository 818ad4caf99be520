using System.Text;

namespace Amused.Text;

/// <summary>
/// CLIP's tokenizer: byte-level byte-pair encoding of lower-cased text (Radford et al., arXiv 2103.00020, section 2.4), with the ids of
/// Hugging Face's <c>CLIPTokenizer</c>. Safe to use from several threads at once.
/// </summary>
/// <remarks>
/// A text's way: added tokens are cut out of it (<see cref="AddedTokenSplitter"/>), the rest is normalized (<see cref="NormalizedText"/>),
/// split into words (<see cref="WordSplitter"/>), and each word encoded (<see cref="BytePairEncoder"/>).
/// </remarks>
public sealed class ClipTokenizer
{
    private readonly ClipTokenizerFolder folder;
    private readonly ClipVocabulary vocabulary;
    private readonly BytePairEncoder encoder;
    private readonly AddedTokenSplitter rawTokens, normalizedTokens;
    private readonly HashSet<int> addedIds;

    internal ClipTokenizer(ClipTokenizerFolder folder)
    {
        this.folder = folder;
        vocabulary = folder.Vocabulary;
        encoder = new(vocabulary, folder.Merges, folder.UnknownId);
        var added = folder.AddedTokens;
        rawTokens = new(added.Where(entry => !entry.Token.Normalized).Select(entry => (entry.Token.Content, entry.Token, entry.Id)));
        normalizedTokens = new(added.Where(entry => entry.Token.Normalized)
            .Select(entry => (NormalizedText.Of(entry.Token.Content), entry.Token, entry.Id)));
        addedIds = [.. added.Select(entry => entry.Id)];
    }

    /// <summary>How many ids <see cref="Encode"/> gives, start and end token among them.</summary>
    /// <value>
    /// The configuration's <c>model_max_length</c>; 77, the positions of CLIP's text tower, where it is missing or stands for "no limit".
    /// </value>
    public int MaxLength => folder.MaxLength;

    /// <summary>Id of the token that begins each text (<c>&lt;|startoftext|&gt;</c>).</summary>
    public int StartTokenId => folder.StartId;

    /// <summary>Id of the token that ends each text (<c>&lt;|endoftext|&gt;</c>).</summary>
    public int EndTokenId => folder.EndId;

    /// <summary>
    /// Id of the token that fills a text up to <see cref="MaxLength"/> (CLIP: the end token; the published aMUSEd checkpoints: <c>!</c>).
    /// </summary>
    public int PadTokenId => folder.PadId;

    /// <summary>Id of the token that stands for what the vocabulary lacks (CLIP: the end token).</summary>
    public int UnknownTokenId => folder.UnknownId;

    /// <summary>One more than the highest id: the rows that the text tower's embedding table needs at least.</summary>
    public int VocabularySize => vocabulary.Size;

    /// <summary>Reads a tokenizer's folder.</summary>
    /// <param name="folder">
    /// Holds <c>vocab.json</c> and <c>merges.txt</c>, or <c>tokenizer.json</c>, or all three; and, where the settings are not CLIP's own,
    /// <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>added_tokens.json</c>.
    /// </param>
    /// <exception cref="BrokenInputException">A file is missing or broken, or contradicts the others: the message names it.</exception>
    public static ClipTokenizer Load(string folder) => new(ClipTokenizerFolder.Read(folder));

    /// <summary>The same tokenizer with another <see cref="MaxLength"/>.</summary>
    /// <param name="length">The length, at least 2: start and end token.</param>
    /// <exception cref="InvalidRequestException">The length is shorter.</exception>
    public ClipTokenizer WithMaxLength(int length) => length == MaxLength
        ? this
        : length >= 2
            ? new(folder.WithMaxLength(length))
            : throw new InvalidRequestException($"a text length of {length} tokens is not possible: at least 2, start and end");

    /// <summary>All that decides the ids of a text, but for their number, in lines.</summary>
    internal IEnumerable<string> Describe() =>
    [
        $"start {StartTokenId}, end {EndTokenId}, pad {PadTokenId}, unknown {UnknownTokenId}",
        .. folder.AddedTokens.OrderBy(added => added.Id).Select(added => $"added {added.Id} {added.Token}"),
        .. vocabulary.InOrder().Select(entry => $"{entry.Id} {entry.Piece}"),
        .. folder.Merges.Select(merge => $"{merge.Left} {merge.Right} {merge.Merged}"),
    ];

    /// <summary>The ids of a text with start and end token, neither cut nor padded.</summary>
    /// <param name="text">Any text. Lone surrogates count as U+FFFD.</param>
    public IReadOnlyList<int> Tokenize(string text) => Run(text).Ids;

    /// <summary>The ids of a prompt, cut or padded to <see cref="MaxLength"/>.</summary>
    /// <inheritdoc cref="Tokenize" path="/param"/>
    public TokenizedPrompt Encode(string text)
    {
        var (tokens, cutAt) = Run(text);
        var ids = new int[MaxLength];
        Array.Fill(ids, PadTokenId);
        var kept = Math.Min(tokens.Count, MaxLength);
        tokens.CopyTo(0, ids, 0, kept);
        ids[kept - 1] = EndTokenId;
        return new(ids, tokens.Count, cutAt is int place ? text[place..].TrimEnd() : null);
    }

    /// <summary>
    /// The vocabulary's piece of an id: <c>dog&lt;/w&gt;</c>, or <c>&lt;|endoftext|&gt;</c>. Bytes that cannot be printed have stand-ins.
    /// </summary>
    /// <exception cref="InvalidRequestException">No piece has the id.</exception>
    public string Piece(int id) => vocabulary.PieceOf(id)
        ?? throw new InvalidRequestException($"{id} is no token id of this vocabulary: they run from 0 to {VocabularySize - 1}");

    /// <summary>Readable text of ids: words in lower case, a space after each. Bytes that make no UTF-8 become U+FFFD.</summary>
    /// <exception cref="InvalidRequestException">No piece has one of the ids.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        List<byte> bytes = [];
        foreach (var id in ids)
        {
            var piece = Piece(id);
            if (addedIds.Contains(id))
                bytes.AddRange(Encoding.UTF8.GetBytes(piece));
            else
                AppendBytes(piece, bytes);
        }
        return Encoding.UTF8.GetString([.. bytes]).Trim();
    }

    /// <summary>
    /// Writes the tokenizer's files: those it was loaded from, byte for byte, and, where no <c>tokenizer_config.json</c> was among them,
    /// that and <c>special_tokens_map.json</c>.
    /// </summary>
    /// <param name="folder">Made when it does not exist. Each file appears whole or not at all.</param>
    /// <exception cref="BrokenInputException">A file cannot be written.</exception>
    public void Save(string folder) => ClipTokenizerWriter.Write(this.folder, folder);

    private static void AppendBytes(string piece, List<byte> bytes)
    {
        var ends = piece.EndsWith(BytePairEncoder.EndOfWord, StringComparison.Ordinal);
        ByteAlphabet.AppendBytes(ends ? piece.AsSpan(..^BytePairEncoder.EndOfWord.Length) : piece, bytes);
        if (ends)
            bytes.Add((byte)' ');
    }

    /// <summary>All ids of the text, and where in it the first token begins that <see cref="Encode"/> has no room for.</summary>
    private (List<int> Ids, int? CutAt) Run(string text)
    {
        Walk walk = new(MaxLength - 1, [StartTokenId]);
        foreach (var part in rawTokens.Split(text))
        {
            if (part.Id is not int id)
                Run(NormalizedText.Of(text, part.Start, part.Length), walk);
            else if (walk.Add([id]) is not null)
                walk.CutAt = part.Start;
        }
        walk.Ids.Add(EndTokenId);
        return (walk.Ids, walk.CutAt);
    }

    private void Run(NormalizedText text, Walk walk)
    {
        foreach (var part in normalizedTokens.Split(text.Text))
        {
            if (part.Id is not int id)
                RunWords(text, part.Start, part.Length, walk);
            else if (walk.Add([id]) is not null)
                walk.CutAt = text.SourceOffset(part.Start);
        }
    }

    private void RunWords(NormalizedText text, int partStart, int partLength, Walk walk)
    {
        var part = partLength == text.Text.Length ? text.Text : text.Text.Substring(partStart, partLength);
        foreach (var (start, length) in WordSplitter.Split(part))
        {
            var word = part.AsSpan(start, length);
            if (walk.Add(encoder.Encode(word)) is int lost)
                walk.CutAt = text.SourceOffset(partStart + start + encoder.CharacterOf(word, lost));
        }
    }

    /// <summary>The ids so far, and the place in the source of the first one past the limit.</summary>
    private sealed class Walk(int limit, List<int> ids)
    {
        private bool full;

        public List<int> Ids { get; } = ids;

        public int? CutAt { get; set; }

        /// <summary>Adds the tokens of one word.</summary>
        /// <returns>Which of them is the first past the limit; null when none is, or an earlier word had it.</returns>
        public int? Add(int[] tokens)
        {
            int? first = !full && Ids.Count + tokens.Length > limit ? limit - Ids.Count : null;
            full |= first is not null;
            Ids.AddRange(tokens);
            return first;
        }
    }
}
