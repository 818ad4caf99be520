using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amused.Cli.Bench;

/// <summary>A file of rows: what this program writes of its own, and what it reads of others.</summary>
/// <remarks>
/// Keys are in snake_case. A row needs its <c>system</c> alone; a figure is <c>{"median": …, "least": …, "most": …, "count": …}</c> or one number:
/// <example>
/// <code>
/// {"source": "where the figures are from", "results": [{"system": "another program", "width": 256, "height": 256, "steps": 12, "seconds": {"step": 0.6, "whole": 8}}]}
/// </code>
/// </example>
/// Keys that aren't known are errors, since a figure whose name has a slip in it would be missing without a word.
/// </remarks>
internal sealed record BenchmarkFile
{
    private const long LongestFile = 64 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Indented = new(Options) { WriteIndented = true, NewLine = "\n" };

    /// <summary>Where the figures of all rows that say nothing are from.</summary>
    public string? Source { get; init; }

    /// <summary>The rows.</summary>
    public required IReadOnlyList<BenchmarkRow> Results { get; init; }

    /// <summary>Reads the rows of a file, each with its source: its own, else the file's.</summary>
    /// <exception cref="BrokenInputException">The file is missing or no such file; the message names it, and the place in it.</exception>
    public static IReadOnlyList<BenchmarkRow> Read(string path)
    {
        var file = Parse(path, UserFile.Bytes(path, LongestFile));
        return [.. file.Results.Select(row => row with { Source = row.Source ?? file.Source })];
    }

    /// <summary>Reads a file's text; <paramref name="path"/> names it in errors.</summary>
    internal static BenchmarkFile Parse(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            var file = JsonSerializer.Deserialize<BenchmarkFile>(json, Options) ?? throw new JsonException();
            foreach (var (index, row) in file.Results.Index())
                if (row is null || row.Batch < 1 || row.Width < 1 || row.Height < 1 || row.Steps < 1 || row.System.Length == 0)
                    throw FileFault.Of(path, $"row {index} of \"results\" lacks a system, or has a size, a number of steps or a batch below 1");
            return file;
        }
        catch (JsonException cause)
        {
            var place = cause is { Path: { Length: > 0 } at, LineNumber: { } line } ? $" at {FileFault.Printable(at)}, line {line + 1}" : "";
            throw FileFault.Of(path, $"is no file of benchmark results{place}: what amused bench --output writes is one", cause);
        }
    }

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="BrokenInputException">It can't be written.</exception>
    public void Write(string path) => NewFile.Write(path, [.. JsonSerializer.SerializeToUtf8Bytes(this, Indented), (byte)'\n']);

    /// <summary>The same as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
