using System.Text.Json.Nodes;
using Amused.Weights;

namespace Amused.Text;

/// <summary>Writes the files of a tokenizer's folder.</summary>
internal static class ClipTokenizerWriter
{
    /// <summary>
    /// Writes the files that the tokenizer was read from as they were; if no settings were among them, its settings too. Other files of a
    /// tokenizer are taken away: they would be read with these.
    /// </summary>
    public static void Write(ClipTokenizerFolder tokenizer, string folder)
    {
        Dictionary<string, byte[]> contents = new(tokenizer.Files);
        if (contents.TryAdd(ClipTokenizerFolder.ConfigFile, ConfigJson.Compose(Config(tokenizer))))
            contents.TryAdd(ClipTokenizerFolder.SpecialTokensFile, ConfigJson.Compose(SpecialTokens(tokenizer)));
        NewFile.WriteAll(folder, contents);
        foreach (var other in ClipTokenizerFolder.AllFiles.Where(name => !contents.ContainsKey(name)))
            NewFile.Remove(Path.Combine(folder, other));
    }

    private static JsonObject Config(ClipTokenizerFolder tokenizer)
    {
        var config = SpecialTokens(tokenizer);
        config.Add("model_max_length", tokenizer.MaxLength);
        config.Add("tokenizer_class", "CLIPTokenizer");
        return config;
    }

    private static JsonObject SpecialTokens(ClipTokenizerFolder tokenizer) => new()
    {
        ["bos_token"] = tokenizer.Vocabulary.PieceOf(tokenizer.StartId),
        ["eos_token"] = tokenizer.Vocabulary.PieceOf(tokenizer.EndId),
        ["pad_token"] = tokenizer.Vocabulary.PieceOf(tokenizer.PadId),
        ["unk_token"] = tokenizer.Vocabulary.PieceOf(tokenizer.UnknownId),
    };
}
