using System.Text.Json;
using System.Text.Json.Serialization;

namespace PictureBook.Datasets;

/// <summary>What a folder's data set was made with, in <c>dataset.json</c>: so that one begun can be gone on with, and is not mixed with another.</summary>
internal sealed partial record DatasetRecord
{
    private const string FileName = "dataset.json";

    public long Seed { get; init; }

    public long Count { get; init; }

    public string Split { get; init; } = "";

    public string Format { get; init; } = "";

    public int Size { get; init; }

    public int ShardSize { get; init; }

    public string Drawings { get; init; } = "";

    public long DrawingsVersion { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Newcomers { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Masks { get; init; }

    /// <summary>Looks whether a data set may be written to a folder.</summary>
    /// <returns>How many pictures an earlier run wanted there; 0 when there was none.</returns>
    /// <exception cref="InvalidRequestException">The folder holds something else, or more pictures.</exception>
    public static long Check(string folder, DatasetOptions options)
    {
        var path = Path.Combine(folder, FileName);
        string shown = FileFault.Printable(folder);
        if (!File.Exists(path))
        {
            return !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any()
                ? 0
                : throw new InvalidRequestException($"{shown} is not empty, and holds no data set of make-dataset: use another folder");
        }

        var (there, wanted) = (Read(path), Of(options));
        if (there with { Count = wanted.Count } != wanted)
            throw new InvalidRequestException($"{shown} holds a data set with {there}, not with {wanted}: use another folder, or delete it");
        return there.Count <= wanted.Count
            ? there.Count
            : throw new InvalidRequestException($"{shown} holds a data set of {there.Count} pictures already: ask for as many or more, or use another folder");
    }

    /// <summary>Writes down what will be in a folder.</summary>
    public static void Write(string folder, DatasetOptions options) =>
        NewFile.Write(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(Of(options), RecordContext.Default.DatasetRecord));

    /// <inheritdoc/>
    public override string ToString() =>
        $"seed {Seed}, split {Split}, format {Format}, size {Size}, shard size {ShardSize}, drawings {FileFault.Printable(Drawings)} of {DrawingsVersion}"
        + (Newcomers is null ? "" : $", newcomers {FileFault.Printable(Newcomers)}") + (Masks ? ", masks" : "");

    private static DatasetRecord Of(DatasetOptions options) => new()
    {
        Seed = options.Seed,
        Count = options.Count,
        Split = options.Split == Scenes.Split.Train ? "train" : "held-out",
        Format = options.Format.ToString().ToLowerInvariant(),
        Size = options.Size,
        ShardSize = options.ShardSize,
        Drawings = options.Drawings.Name,
        DrawingsVersion = options.Drawings.Version,
        Newcomers = options.Newcomers.Count == 0 ? null : string.Join(", ", options.Newcomers),
        Masks = options.Masks,
    };

    private static DatasetRecord Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(FileFault.Reading(path, () => File.ReadAllBytes(path)), RecordContext.Default.DatasetRecord) ?? throw new JsonException();
        }
        catch (JsonException cause)
        {
            throw FileFault.Of(path, "is no record of a data set", cause);
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
    [JsonSerializable(typeof(DatasetRecord))]
    private sealed partial class RecordContext : JsonSerializerContext;
}
