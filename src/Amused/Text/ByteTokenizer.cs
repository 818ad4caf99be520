using System.Text;
using System.Text.Json.Nodes;
using Amused.Weights;

namespace Amused.Text;

/// <summary>
/// The smallest tokenizer of CLIP's format: 256 bytes, each inside a word and at its end, and the two special tokens; no merges. Any text
/// goes through it, at one token a byte.
/// </summary>
internal static class ByteTokenizer
{
    /// <summary>The ids of the start and the end token, which come after the bytes.</summary>
    public const int StartId = 512, EndId = 513;

    /// <summary>How many tokens there are.</summary>
    public const int VocabularySize = 514;

    /// <summary>Writes its files.</summary>
    /// <param name="folder">The tokenizer's folder.</param>
    /// <param name="maxLength">The most tokens of a text, start and end included.</param>
    public static void Write(string folder, int maxLength)
    {
        var vocabulary = new JsonObject();
        foreach (var suffix in (ReadOnlySpan<string>)["", "</w>"])
            for (var value = 0; value < 256; value++)
                vocabulary.Add(ByteAlphabet.ToCharacter((byte)value) + suffix, vocabulary.Count);
        foreach (var special in (ReadOnlySpan<string>)["<|startoftext|>", "<|endoftext|>"])
            vocabulary.Add(special, vocabulary.Count);
        NewFile.Write(Path.Combine(folder, "vocab.json"), Encoding.UTF8.GetBytes(vocabulary.ToJsonString()));
        NewFile.Write(Path.Combine(folder, "merges.txt"), "#version: 0.2\n"u8.ToArray());
        ConfigJson.Write(Path.Combine(folder, "tokenizer_config.json"), new object(), [
            new("tokenizer_class", "CLIPTokenizer"),
            new("model_max_length", maxLength),
            new("bos_token", "<|startoftext|>"),
            new("eos_token", "<|endoftext|>"),
            new("pad_token", "<|endoftext|>"),
            new("unk_token", "<|endoftext|>"),
        ]);
    }
}
