using System.Text.Json;
using System.Text.Json.Nodes;
using Amused.Weights;

namespace Amused.Text;

/// <summary>
/// The words that a model knows, where its checkpoint says so in <c>words.json</c>: groups (things, colours, skies, …) of words, each with
/// its synonyms. A word may be of several words, such as "hot air balloon". The group <c>other</c> has those that are known and no choice,
/// such as "the".
/// </summary>
/// <example>
/// <code>{ "things": { "fox": [], "aeroplane": ["airplane", "plane"] }, "places": { "on the left": ["at the left"] }, "other": { "a":
/// ["an"] } }</code>
/// </example>
internal sealed class KnownWords
{
    /// <summary>The file, inside a checkpoint's folder.</summary>
    public const string FileName = "words.json";

    private const string FillerGroup = "other";

    /// <summary>How many words of a group a notice names.</summary>
    private const int MostNamed = 12;

    private readonly byte[] content;

    /// <summary>Each known word and synonym as it is looked up, and as it is written.</summary>
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);

    /// <summary>The most words that a known one is of.</summary>
    private readonly int longest = 1;

    private KnownWords(byte[] content, OrderedDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> groups)
    {
        this.content = content;
        Groups = groups;
        foreach (var word in groups.Values.SelectMany(group => group).SelectMany(entry => entry.Value.Prepend(entry.Key)))
        {
            var parts = PromptWords.Split(word);
            known.TryAdd(PromptWords.Join(parts), word);
            longest = Math.Max(longest, parts.Count);
        }
        Choices = new OrderedDictionary<string, IReadOnlyList<string>>(
            groups.Where(group => group.Key != FillerGroup)
                .Select(group => KeyValuePair.Create(group.Key, (IReadOnlyList<string>)[.. group.Value.Keys])));
    }

    /// <summary>All groups, words and synonyms, in the file's order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> Groups { get; }

    /// <summary>The words of each group that one can choose from.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Choices { get; }

    /// <summary>Reads a checkpoint's words; null where it says nothing of them.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <exception cref="BrokenInputException">The file is there and unusable.</exception>
    public static KnownWords? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? Parse(path, ConfigJson.Bytes(path)) : null;
    }

    /// <summary>The words of a file.</summary>
    /// <param name="path">What errors call it.</param>
    /// <param name="json">Its content.</param>
    public static KnownWords Parse(string path, byte[] json)
    {
        OrderedDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> groups = [];
        foreach (var (name, group) in ConfigJson.Parse(path, json))
        {
            if (group is not JsonObject words)
                throw FileFault.Of(path, $"{FileFault.Quote(name)} must be an object of words, each with a list of its synonyms");
            groups[name] = new OrderedDictionary<string, IReadOnlyList<string>>(words.Select(word =>
                KeyValuePair.Create(word.Key, Synonyms(path, word.Key, word.Value))));
        }
        return new(json, groups);
    }

    /// <summary>Writes the file as it was read.</summary>
    /// <exception cref="BrokenInputException">It can't be written.</exception>
    public void Save(string path) => NewFile.Write(path, content);

    /// <summary>
    /// The words of a prompt that aren't known, each once, as they are written there; case, punctuation, singular and plural count for
    /// nothing.
    /// </summary>
    public IReadOnlyList<string> UnknownIn(string prompt)
    {
        List<string> unknown = [];
        var words = PromptWords.Split(prompt);
        for (var at = 0; at < words.Count;)
        {
            var length = KnownAt(words, at);
            if (length == 0 && !unknown.Contains(words[at], StringComparer.OrdinalIgnoreCase))
                unknown.Add(words[at]);
            at += Math.Max(1, length);
        }
        return unknown;
    }

    /// <summary>The known word that an unknown one was probably meant to be; null when none is near.</summary>
    public string? Nearest(string word)
    {
        var folded = PromptWords.Fold(word);
        if (NearestName.Find(folded, known.Keys) is { } near)
            return known[near];
        // A word of a known phrase: hot, of hot air balloon.
        return folded.Length > 2 && known.Keys.FirstOrDefault(key => key.Split(' ').Contains(folded)) is { } phrase ? known[phrase] : null;
    }

    /// <summary>What is to be said of a prompt whose words the model doesn't all know, in one line; null when it does.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="what">What it is called: a prompt, or a negative prompt.</param>
    public string? NoticeOf(string prompt, string what)
    {
        var unknown = UnknownIn(prompt).Select(word => (Word: word, Near: Nearest(word))).ToList();
        if (unknown.Count == 0)
            return null;
        var words = string.Join(", ",
            unknown.Select(word => FileFault.Quote(word.Word) + (word.Near is null ? "" : $" (nearest: {FileFault.Quote(word.Near)})")));
        var notice = $"the model doesn't know {(unknown.Count == 1 ? "this word" : "these words")} of {what}: {words}";
        return unknown.TrueForAll(word => word.Near is not null)
            ? notice
            : $"{notice}; it knows {string.Join("; ", Choices.Select(group => $"{group.Key}: {Some(group.Value)}"))}";
    }

    private static string Some(IReadOnlyList<string> words) =>
        string.Join(", ", words.Take(MostNamed)) + (words.Count > MostNamed ? $" and {words.Count - MostNamed} more" : "");

    /// <summary>How many words at a place make a known one, the most that do; 0: none.</summary>
    private int KnownAt(IReadOnlyList<string> words, int at)
    {
        for (var length = Math.Min(longest, words.Count - at); length > 0; length--)
        {
            var before = PromptWords.Join(words.Skip(at).Take(length - 1));
            // Of a phrase the last word has the plural: hot air balloons.
            if (PromptWords.OtherNumbers(PromptWords.Fold(words[at + length - 1]))
                .Any(last => known.ContainsKey(before.Length > 0 ? $"{before} {last}" : last)))
                return length;
        }
        return 0;
    }

    private static IReadOnlyList<string> Synonyms(string path, string word, JsonNode? value)
    {
        if (PromptWords.Split(word).Count == 0)
            throw FileFault.Of(path, $"{FileFault.Quote(word)} is no word");
        if (value is JsonArray list
            && list.All(item => item?.GetValueKind() == JsonValueKind.String && PromptWords.Split(item.GetValue<string>()).Count > 0))
            return [.. list.Select(item => item!.GetValue<string>())];
        throw FileFault.Of(path, $"{FileFault.Quote(word)} must have a list of its synonyms, which may be empty");
    }
}
