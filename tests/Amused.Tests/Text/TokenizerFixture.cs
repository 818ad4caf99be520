using System.Text.Json;
using System.Text.Json.Nodes;
using Amused.Text;

namespace Amused.Tests.Text;

/// <summary>CLIP's own tokenizer, and folders of small ones.</summary>
internal static class TokenizerFixture
{
    /// <summary>The fixture's folder: CLIP's vocabulary, and what the reference's library answers.</summary>
    public static string ClipFolder { get; } = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "clip-tokenizer");

    private static readonly Lazy<ClipTokenizer> Loaded = new(() => ClipTokenizer.Load(ClipFolder));

    public static ClipTokenizer Clip => Loaded.Value;

    /// <summary>The rows of one of the fixture's files of JSON lines.</summary>
    public static IEnumerable<JsonElement> Lines(string file) =>
        File.ReadLines(Path.Combine(ClipFolder, file)).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>The files of a tokenizer with a handful of pieces; each may be replaced, or left out with null.</summary>
    public static TemporaryFolder Small(params (string Name, string? Text)[] files)
    {
        Dictionary<string, string?> contents = new()
        {
            ["vocab.json"] = Vocabulary("a", "b", "c", "!", "a</w>", "b</w>", "c</w>", "!</w>", "ab", "ab</w>", "abc</w>",
                "<|startoftext|>", "<|endoftext|>"),
            ["merges.txt"] = "#version: 0.2\na b\na b</w>\nab c</w>\n",
        };
        foreach (var (name, text) in files)
            contents[name] = text;
        TemporaryFolder folder = new();
        foreach (var (name, text) in contents)
        {
            if (text is not null)
                folder.Write(name, text);
        }
        return folder;
    }

    public static ClipTokenizer LoadSmall(params (string Name, string? Text)[] files)
    {
        using var folder = Small(files);
        return ClipTokenizer.Load(folder.Path);
    }

    /// <summary>A <c>vocab.json</c> of these pieces, numbered from 0.</summary>
    public static string Vocabulary(params string[] pieces) =>
        new JsonObject(pieces.Index().Select(entry => KeyValuePair.Create(entry.Item, (JsonNode?)entry.Index))).ToJsonString();

    public static int[] Ids(JsonElement row) => [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];

    /// <summary>The error of loading, which is one line and names the file.</summary>
    public static string ErrorOfLoading(string blamed, params (string Name, string? Text)[] files)
    {
        using var folder = Small(files);
        var message = Xunit.Assert.Throws<BrokenInputException>(() => ClipTokenizer.Load(folder.Path)).Message;
        Xunit.Assert.StartsWith(folder[blamed] + ": ", message);
        Xunit.Assert.DoesNotContain('\n', message);
        return message;
    }
}
