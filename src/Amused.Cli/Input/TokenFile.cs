using System.Text.Json;
using Amused.Sampling;

namespace Amused.Cli.Input;

/// <summary>Token ids as JSON: <c>{"tokens": images × rows × columns, "steps": steps × images × rows × columns}</c>.</summary>
internal static class TokenFile
{
    /// <summary>Beyond this a file has more ids than a call has images.</summary>
    private const long LongestFile = 1 << 30;

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="images">The final tokens of each image.</param>
    /// <param name="steps">The tokens after each step, of each image; null leaves <c>steps</c> out.</param>
    public static void Save(string path, IEnumerable<TokenGrid> images, IEnumerable<IEnumerable<TokenGrid>>? steps) =>
        NewFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WritePropertyName("tokens");
        WriteImages(json, images);
        if (steps is not null)
        {
            json.WriteStartArray("steps");
            foreach (var step in steps)
                WriteImages(json, step);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    });

    /// <summary>Reads the <c>tokens</c> of such a file.</summary>
    /// <exception cref="BrokenInputException">The file is missing or isn't such a file; the message says what is wrong.</exception>
    public static IReadOnlyList<TokenGrid> Load(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(UserFile.Bytes(InputFile.Require(path, "--starting-tokens"), LongestFile));
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("tokens", out var tokens)
                || tokens.ValueKind != JsonValueKind.Array || tokens.GetArrayLength() == 0)
                throw new BrokenInputException($"{path} has no token ids: {{\"tokens\": [[[…]]]}} is needed, images × rows × columns");
            return [.. tokens.EnumerateArray().Select((image, index) => ReadGrid(image, $"{path}: image {index}"))];
        }
        catch (JsonException e)
        {
            throw new BrokenInputException(
                $"{path} is no JSON (line {e.LineNumber + 1}): {{\"tokens\": [[[…]]]}} is needed, images × rows × columns", e);
        }
    }

    private static void WriteImages(Utf8JsonWriter json, IEnumerable<TokenGrid> images)
    {
        json.WriteStartArray();
        foreach (var image in images)
        {
            json.WriteStartArray();
            foreach (var row in image.ToRows())
            {
                json.WriteStartArray();
                foreach (var id in row)
                    json.WriteNumberValue(id);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static TokenGrid ReadGrid(JsonElement image, string name)
    {
        if (image.ValueKind != JsonValueKind.Array || image.GetArrayLength() == 0 || image[0].ValueKind != JsonValueKind.Array)
            throw new BrokenInputException($"{name} is not a list of rows");
        var columns = image[0].GetArrayLength();
        var ids = new List<int>(image.GetArrayLength() * columns);
        foreach (var row in image.EnumerateArray())
        {
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != columns || columns == 0)
                throw new BrokenInputException($"{name} has rows of different lengths");
            foreach (var id in row.EnumerateArray())
                ids.Add(id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var value) && value >= 0 ? value
                    : throw new BrokenInputException($"{name} holds {Lines.Shorten(id.GetRawText(), 40)}, which is no token id"));
        }
        return new(image.GetArrayLength(), columns, [.. ids]);
    }
}
