using System.Text.Json;
using Microsoft.VisualBasic.FileIO;

namespace Amused.Training;

/// <summary>
/// The file that gives an image folder its captions: <c>metadata.jsonl</c>, one JSON object a line, <c>metadata.csv</c> with a head line, or <c>metadata.parquet</c>. The column
/// <c>file_name</c> holds a path relative to the file's folder.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Captions">The captions by the image's path; none where its row has none.</param>
internal sealed record MetadataFile(string Path, IReadOnlyDictionary<string, IReadOnlyList<string>> Captions)
{
    private const string JsonLines = "metadata.jsonl";
    private const string Csv = "metadata.csv";
    private const string Parquet = "metadata.parquet";
    private const string NameColumn = "file_name";

    /// <summary>Whether a file is one by its name.</summary>
    public static bool IsOne(string path) => System.IO.Path.GetFileName(path).ToLowerInvariant() is JsonLines or Csv or Parquet;

    /// <summary>The names that such files have.</summary>
    public static string Names => $"{JsonLines}, {Csv} and {Parquet}";

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns hold captions.</param>
    /// <param name="report">Is told where it is Windows-1252.</param>
    /// <exception cref="BrokenInputException">It is unreadable; the message gives file and line.</exception>
    public static MetadataFile Read(string path, CaptionOptions options, DataReport report) => FileFault.Reading(path, () =>
    {
        Dictionary<string, IReadOnlyList<string>> captions = [];
        Dictionary<string, long> lines = [];
        foreach (var (line, name, texts) in Rows(path, options, report))
        {
            if (string.IsNullOrEmpty(name))
                throw FileFault.Of(path, $"line {line} has no {NameColumn}");
            var image = Resolve(path, name);
            if (!lines.TryAdd(image, line))
                throw FileFault.Of(path, $"line {line} names {FileFault.Quote(name)} again, after line {lines[image]}; several captions of one image go into one list");
            captions.Add(image, texts);
        }

        return new MetadataFile(path, captions);
    });

    // Joined and normalised, but starting as the folder was given, since that is how the images are listed.
    private static string Resolve(string path, string name)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        return System.IO.Path.Join(folder, System.IO.Path.GetRelativePath(System.IO.Path.GetFullPath(folder), System.IO.Path.GetFullPath(name, System.IO.Path.GetFullPath(folder))));
    }

    /// <summary>The columns that hold captions, in words.</summary>
    public static string Wanted(CaptionOptions options) =>
        options.Columns.Count > 0 ? string.Join(", ", options.Columns.Select(FileFault.Quote)) : "\"text\", \"caption\", \"captions\" or \"prompt\"";

    private static IEnumerable<(long Line, string? Name, IReadOnlyList<string> Texts)> Rows(string path, CaptionOptions options, DataReport report)
    {
        if (path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
            return new ParquetColumns(path, NameColumn, options, report).ReadTexts()
                .Select((row, index) => ((long)index + 1, row.Name, row.Texts));
        return path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? CsvRows(path, options, report) : JsonRows(path, options, report);
    }

    private static IEnumerable<(long Line, string? Name, IReadOnlyList<string> Texts)> JsonRows(string path, CaptionOptions options, DataReport report)
    {
        long number = 0;
        using var reader = CaptionText.Open(path, System.IO.Path.GetFileName(path), report);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            using var row = ParseLine(path, number, line);
            var name = row.RootElement.TryGetProperty(NameColumn, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            yield return (number, name, options.Read(row.RootElement));
        }
    }

    private static JsonDocument ParseLine(string path, long number, string line)
    {
        try
        {
            var row = JsonDocument.Parse(line);
            return row.RootElement.ValueKind == JsonValueKind.Object ? row : throw FileFault.Of(path, $"line {number} is no JSON object");
        }
        catch (JsonException cause)
        {
            throw FileFault.Of(path, $"line {number} is not valid JSON", cause);
        }
    }

    private static IEnumerable<(long Line, string? Name, IReadOnlyList<string> Texts)> CsvRows(string path, CaptionOptions options, DataReport report)
    {
        using TextFieldParser parser = new(CaptionText.Open(path, System.IO.Path.GetFileName(path), report)) { HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        parser.SetDelimiters(",");
        var head = ReadFields(path, parser) ?? throw FileFault.Of(path, "is empty");
        int nameAt = Array.IndexOf(head, NameColumn);
        if (nameAt < 0)
            throw FileFault.Of(path, $"has no column {NameColumn}; its columns are {string.Join(", ", head.Select(FileFault.Quote))}");
        int[] textsAt = [.. options.Choose(head, path).Select(column => Array.IndexOf(head, column))];
        for (long line = parser.LineNumber; ReadFields(path, parser) is { } fields; line = parser.LineNumber)
        {
            if (fields.Length != head.Length)
                throw FileFault.Of(path, $"line {line} has {fields.Length} fields, but the head {head.Length}");
            yield return (line, fields[nameAt], [.. textsAt.Select(at => fields[at])]);
        }
    }

    private static string[]? ReadFields(string path, TextFieldParser parser)
    {
        try
        {
            return parser.ReadFields();
        }
        catch (MalformedLineException cause)
        {
            throw FileFault.Of(path, $"line {parser.ErrorLineNumber} is not valid CSV", cause);
        }
    }
}
