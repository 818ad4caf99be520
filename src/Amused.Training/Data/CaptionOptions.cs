using System.Text.Json;

namespace Amused.Training;

/// <summary>Where the captions of an image folder stand.</summary>
public enum CaptionPlace
{
    /// <summary>In a metadata file where there is one, else in text files beside the images where there are any, else in the file names.</summary>
    Any,

    /// <summary>In the file names, without extension: <c>a red bicycle.jpg</c>.</summary>
    FileName,

    /// <summary>In <c>metadata.jsonl</c>, <c>metadata.csv</c> or <c>metadata.parquet</c>, in the image's folder or the nearest one above it.</summary>
    Metadata,

    /// <summary>In a text file beside the image: <c>0001.txt</c> or <c>0001.caption</c> for <c>0001.jpg</c>.</summary>
    TextFile,
}

/// <summary>Which columns or fields hold the captions.</summary>
public sealed record CaptionOptions
{
    // In the order of preference.
    private static readonly string[] UsualColumns = ["text", "caption", "captions", "prompt"];

    /// <summary>Where an image folder's captions stand.</summary>
    /// <value>The default value is <see cref="CaptionPlace.Any"/>.</value>
    public CaptionPlace Place { get; init; }

    /// <summary>
    /// The columns with captions, in a metadata file, a Parquet data set or the JSON of a tar shard. A column may hold a list of texts. Of several texts,
    /// each visit draws one.
    /// </summary>
    /// <value>The default is none: the first there is of <c>text</c>, <c>caption</c>, <c>captions</c>, <c>prompt</c>.</value>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Whether captions are not looked for, for what learns from pictures alone: each picture's is the empty text.</summary>
    /// <value>The default value is false.</value>
    public bool AreIgnored { get; init; }

    /// <summary>The columns to take of those that there are.</summary>
    /// <exception cref="BrokenInputException">One that was asked for is missing, or none of the usual ones is there.</exception>
    internal IReadOnlyList<string> Choose(IReadOnlyCollection<string> present, string path)
    {
        if (AreIgnored)
            return [];
        var columns = string.Join(", ", present.Select(FileFault.Quote));
        if (Columns.FirstOrDefault(column => !present.Contains(column)) is { } missing)
            throw FileFault.Of(path, $"has no column {FileFault.Quote(missing)} for captions; its columns are {columns}");
        if (Columns.Count > 0)
            return Columns;
        return UsualColumns.FirstOrDefault(present.Contains) is { } usual
            ? [usual]
            : throw FileFault.Of(path, $"has none of the usual caption columns ({string.Join(", ", UsualColumns)}); name one of its columns: {columns}");
    }

    /// <summary>The texts of a JSON object's caption fields, strings or lists of strings.</summary>
    /// <returns>None when a field is missing or holds something else.</returns>
    internal IReadOnlyList<string> Read(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
            return [];
        var wanted = Columns.Count > 0 ? Columns : [.. UsualColumns.Where(column => row.TryGetProperty(column, out _)).Take(1)];
        return [.. wanted.SelectMany(column => row.TryGetProperty(column, out var value) ? Texts(value) : [])];
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!),
        _ => [],
    };
}
