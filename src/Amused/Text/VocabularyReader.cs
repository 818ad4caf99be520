using System.Text;
using System.Text.Json;

namespace Amused.Text;

/// <summary>Reads the pieces and merges of a tokenizer's folder.</summary>
internal sealed class VocabularyReader(TokenizerFiles files)
{
    private const string VocabularyFile = ClipTokenizerFolder.VocabularyFile;
    private const string MergesFile = ClipTokenizerFolder.MergesFile;
    private const string TokenizerFile = ClipTokenizerFolder.TokenizerFile;
    private const string Comment = "#version";

    /// <summary>The pieces and merges; see <see cref="ClipTokenizerFolder.Read"/> for which files they come from.</summary>
    public (ClipVocabulary Vocabulary, List<SymbolMerge> Merges) Read()
    {
        if (files.Object(TokenizerFile) is not { } tokenizer)
        {
            var plain = ReadVocabulary(RequireVocabulary(), VocabularyFile);
            return (plain, ReadMerges(plain));
        }
        var model = RequireModel(tokenizer);
        var vocabulary = ReadVocabulary(Require(model, "vocab", JsonValueKind.Object), TokenizerFile);
        var merges = ReadMerges(Require(model, "merges", JsonValueKind.Array), vocabulary);
        if (files.Has(VocabularyFile) && !ReadVocabulary(RequireVocabulary(), VocabularyFile).InOrder().SequenceEqual(vocabulary.InOrder()))
            throw files.Fault(VocabularyFile, $"has other pieces than {TokenizerFile} beside it");
        if (files.Has(MergesFile) && !ReadMerges(vocabulary).SequenceEqual(merges))
            throw files.Fault(MergesFile, $"has other merges than {TokenizerFile} beside it");
        return (vocabulary, merges);
    }

    private JsonElement RequireVocabulary() => files.Object(VocabularyFile)
        ?? throw files.Fault(VocabularyFile,
            $"there is no such file: a tokenizer needs {VocabularyFile} and {MergesFile}, or {TokenizerFile}");

    private JsonElement RequireModel(JsonElement tokenizer)
    {
        var model = Require(tokenizer, "model", JsonValueKind.Object);
        // Files of early writers do not name the type.
        if (files.Member(model, TokenizerFile, "type") is { } type && files.String(type, TokenizerFile, "model.type") != "BPE")
            throw files.Fault(TokenizerFile, "is no byte-pair encoding: its model.type is not \"BPE\"");
        return model;
    }

    private JsonElement Require(JsonElement element, string member, JsonValueKind kind) => files.Expect(
        files.Member(element, TokenizerFile, member)
            ?? throw files.Fault(TokenizerFile, $"has no \"{member}\""), kind, TokenizerFile, $"\"{member}\"");

    private ClipVocabulary ReadVocabulary(JsonElement pieces, string file)
    {
        ClipVocabulary vocabulary = new(pieces.GetPropertyCount());
        foreach (var entry in pieces.EnumerateObject())
        {
            var piece = files.Name(entry, file);
            if (vocabulary.Add(piece, files.Id(entry.Value, file, piece)) is { } wrong)
                throw files.Fault(file, $"the piece {FileFault.Quote(piece)} {wrong}");
        }
        return vocabulary;
    }

    private List<SymbolMerge> ReadMerges(ClipVocabulary vocabulary)
    {
        var lines = Encoding.UTF8.GetString(files.Text(MergesFile).Span).Split('\n');
        List<SymbolMerge> merges = new(lines.Length);
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1].TrimEnd('\r');
            if (line.Length == 0 || line.StartsWith(Comment, StringComparison.Ordinal))
                continue;
            merges.Add(ReadMerge(line, vocabulary)
                ?? throw files.Fault(MergesFile, $"line {number}, {FileFault.Quote(line)}, {WhatIsWrong}"));
        }
        return merges;
    }

    private const string WhatIsWrong = "is not two symbols with a space between, which the vocabulary has, singly and joined";

    private List<SymbolMerge> ReadMerges(JsonElement pairs, ClipVocabulary vocabulary)
    {
        List<SymbolMerge> merges = new(pairs.GetArrayLength());
        foreach (var pair in pairs.EnumerateArray())
        {
            var line = pair.ValueKind == JsonValueKind.Array
                ? string.Join(' ', pair.EnumerateArray().Select(symbol => files.String(symbol, TokenizerFile, "a merge's symbol")))
                : files.String(pair, TokenizerFile, "a merge");
            merges.Add(ReadMerge(line, vocabulary)
                ?? throw files.Fault(TokenizerFile, $"merge {merges.Count + 1}, {FileFault.Quote(line)}, {WhatIsWrong}"));
        }
        return merges;
    }

    private static SymbolMerge? ReadMerge(string line, ClipVocabulary vocabulary)
    {
        var space = line.IndexOf(' ');
        if (space < 0 || line.IndexOf(' ', space + 1) >= 0)
            return null;
        string left = line[..space], right = line[(space + 1)..];
        return vocabulary.TryGetId(left, out var leftId) && vocabulary.TryGetId(right, out var rightId)
            && vocabulary.TryGetId(left + right, out var merged)
            ? new(leftId, rightId, merged)
            : null;
    }
}
