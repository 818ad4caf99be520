using System.Text.Json;
using System.Text.Unicode;

namespace Amused.Text;

/// <summary>The files of a tokenizer's folder, each read once; what is wrong with one is said in a line that names it.</summary>
internal sealed class TokenizerFiles(string folder) : IDisposable
{
    /// <summary>CLIP's largest file has 4 MiB; one that would fill the memory is refused unread.</summary>
    private const long LongestFile = 64 << 20;

    private readonly Dictionary<string, byte[]> contents = [];
    private readonly Dictionary<string, JsonDocument?> documents = [];

    /// <summary>The bytes of every file that was read, by its name.</summary>
    public IReadOnlyDictionary<string, byte[]> Contents => contents;

    /// <summary>The name of the file that the vocabulary is in.</summary>
    public string VocabularySource =>
        Has(ClipTokenizerFolder.TokenizerFile) ? ClipTokenizerFolder.TokenizerFile : ClipTokenizerFolder.VocabularyFile;

    /// <summary>Whether the folder has a file of that name.</summary>
    public bool Has(string name) => contents.ContainsKey(name) || File.Exists(PathOf(name));

    /// <summary>The error that says <paramref name="what"/> is wrong with the file of that name.</summary>
    public BrokenInputException Fault(string name, string what, Exception? cause = null) => FileFault.Of(PathOf(name), what, cause);

    /// <summary>A file's bytes, which are UTF-8, without a byte-order mark.</summary>
    public ReadOnlyMemory<byte> Text(string name)
    {
        if (!contents.TryGetValue(name, out var bytes))
            contents.Add(name, bytes = Read(name));
        return bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
    }

    /// <summary>The object that a JSON file holds; null when there is no such file.</summary>
    public JsonElement? Object(string name)
    {
        if (!documents.TryGetValue(name, out var document))
            documents.Add(name, document = Has(name) ? Parse(name) : null);
        return document?.RootElement;
    }

    /// <summary>A member's value; null when it is missing or <c>null</c>.</summary>
    public JsonElement? Member(JsonElement element, string name, string member)
    {
        try
        {
            return element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
        catch (InvalidOperationException cause)
        {
            throw HalfSurrogate(name, cause);
        }
    }

    /// <summary>A value that must be of one kind.</summary>
    public JsonElement Expect(JsonElement element, JsonValueKind kind, string name, string what) =>
        element.ValueKind == kind ? element : throw Fault(name, $"{what} is {Named(element.ValueKind)}, {Named(kind)} is needed");

    /// <summary>A value that must be a string.</summary>
    public string String(JsonElement element, string name, string what)
    {
        Expect(element, JsonValueKind.String, name, what);
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException cause)
        {
            throw HalfSurrogate(name, cause);
        }
    }

    /// <summary>The name of a member.</summary>
    public string Name(JsonProperty property, string name)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException cause)
        {
            throw HalfSurrogate(name, cause);
        }
    }

    /// <summary>A token's id.</summary>
    public int Id(JsonElement element, string name, string token) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) && id is >= 0 and < ClipVocabulary.IdLimit
            ? id
            : throw Fault(
                name, $"gives {FileFault.Quote(token)} the id {FileFault.Quote(element.GetRawText())}: ids are whole numbers from 0 to "
                + $"{ClipVocabulary.IdLimit - 1}");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var document in documents.Values)
            document?.Dispose();
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private byte[] Read(string name)
    {
        var bytes = UserFile.Bytes(PathOf(name), LongestFile);
        return Utf8.IsValid(bytes) ? bytes : throw Fault(name, "is no text in UTF-8");
    }

    private JsonDocument Parse(string name)
    {
        try
        {
            var document = JsonDocument.Parse(Text(name));
            Expect(document.RootElement, JsonValueKind.Object, name, "its content");
            return document;
        }
        catch (JsonException cause)
        {
            throw Fault(name, $"is not valid JSON (line {cause.LineNumber + 1}, byte {cause.BytePositionInLine + 1})", cause);
        }
    }

    /// <summary>An escaped half passes the parser and is found only when the string is asked for, or compared with another.</summary>
    private BrokenInputException HalfSurrogate(string name, Exception cause) =>
        Fault(name, "holds a string with half a surrogate pair, which is no Unicode text", cause);

    private static string Named(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        _ => "null",
    };
}
