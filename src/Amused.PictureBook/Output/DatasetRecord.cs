using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amused.PictureBook.Output;

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

    /// <summary>Writes down what will be in a folder.</summary>
    /// <returns>How many pictures an earlier run wanted there; 0 when there was none.</returns>
    /// <exception cref="InvalidRequestException">The folder holds another data set.</exception>
    public static long Begin(string folder, DatasetOptions options)
    {
        var path = Path.Combine(folder, FileName);
        var wanted = Of(options);
        long before = 0;
        if (File.Exists(path))
        {
            var there = Read(path);
            if (there with { Count = wanted.Count } != wanted)
            {
                throw new InvalidRequestException(
                    $"{FileFault.Printable(folder)} holds a data set made with other settings ({there}), not {wanted}: use another folder, or delete it");
            }

            before = there.Count;
        }

        NewFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(wanted, RecordContext.Default.DatasetRecord));
        return before;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"seed {Seed}, split {Split}, format {Format}, size {Size}, shard size {ShardSize}, drawings {FileFault.Printable(Drawings)} of {DrawingsVersion}";

    private static DatasetRecord Of(DatasetOptions options) => new()
    {
        Seed = options.Seed,
        Count = options.Count,
        Split = options.Split == PictureBook.Split.Train ? "train" : "held-out",
        Format = options.Format.ToString().ToLowerInvariant(),
        Size = options.Size,
        ShardSize = options.ShardSize,
        Drawings = options.Drawings.Name,
        DrawingsVersion = options.Drawings.Version,
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
