using System.Text;
using System.Text.Json.Nodes;
using Amused.Text;
using Amused.Weights;

namespace Amused.Training;

/// <summary>A learned vocabulary: pieces by id and merges by rank, as the files of a CLIP tokenizer hold them.</summary>
public sealed class BpeVocabulary
{
    private const string StartToken = "<|startoftext|>";
    private const string EndToken = "<|endoftext|>";

    // The end token last: a text tower of the legacy kind pools where the highest id stands.
    internal static readonly IReadOnlyList<string> SpecialTokens = [StartToken, EndToken];

    internal BpeVocabulary(IReadOnlyList<string> pieces, IReadOnlyList<(string Left, string Right)> merges) => (Pieces, Merges) = (pieces, merges);

    /// <summary>
    /// The pieces by id, in the byte-level alphabet: single bytes inside a word, then at its end (<c>a&lt;/w&gt;</c>), then what merges make,
    /// then <c>&lt;|startoftext|&gt;</c> and <c>&lt;|endoftext|&gt;</c>, which also stands for padding and for what is unknown.
    /// </summary>
    public IReadOnlyList<string> Pieces { get; }

    /// <summary>The pairs that become one, by rank.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>
    /// Writes <c>vocab.json</c>, <c>merges.txt</c>, <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>, which
    /// <see cref="ClipTokenizer.Load"/> reads.
    /// </summary>
    /// <param name="folder">Made when it does not exist. The files appear whole or not at all.</param>
    /// <param name="maxLength">How many ids a prompt is cut or padded to, start and end token included: the positions of the text tower; from 2 to 100,000.</param>
    /// <exception cref="InvalidRequestException">The folder has a tokenizer already, or the length is out of range.</exception>
    /// <exception cref="BrokenInputException">A file cannot be written.</exception>
    public void Save(string folder, int maxLength = 77)
    {
        if (maxLength is < 2 or > 100_000)
            throw new InvalidRequestException($"prompts of {maxLength} tokens are not possible: from 2 (start and end token) to 100000");
        RequireFree(folder);

        KeyValuePair<string, byte[]>[] contents =
        [
            new(ClipTokenizerFolder.VocabularyFile, ConfigJson.Compose(new(Pieces.Select((piece, id) => KeyValuePair.Create(piece, (JsonNode?)id))))),
            new(ClipTokenizerFolder.MergesFile, Encoding.UTF8.GetBytes($"#version: 0.2\n{string.Concat(Merges.Select(merge => $"{merge.Left} {merge.Right}\n"))}")),
            new(ClipTokenizerFolder.ConfigFile, ConfigJson.Compose(new([.. SpecialTokensMap(), new("model_max_length", maxLength), new("tokenizer_class", "CLIPTokenizer")]))),
            new(ClipTokenizerFolder.SpecialTokensFile, ConfigJson.Compose(new(SpecialTokensMap()))),
        ];
        NewFile.WriteAll(folder, contents);
    }

    /// <summary>Refuses a folder with files of another tokenizer, which would count together with new ones. Asked before the work as well.</summary>
    internal static void RequireFree(string folder)
    {
        foreach (var name in (ReadOnlySpan<string>)[
            ClipTokenizerFolder.VocabularyFile, ClipTokenizerFolder.MergesFile, ClipTokenizerFolder.ConfigFile,
            ClipTokenizerFolder.SpecialTokensFile, ClipTokenizerFolder.AddedTokensFile, ClipTokenizerFolder.TokenizerFile])
        {
            if (File.Exists(Path.Combine(folder, name)))
                throw new InvalidRequestException($"{FileFault.Printable(folder)}: the folder has a {name} already; a new tokenizer needs one without");
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> SpecialTokensMap() =>
    [
        new("bos_token", StartToken), new("eos_token", EndToken), new("pad_token", EndToken), new("unk_token", EndToken),
    ];
}
