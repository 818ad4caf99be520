using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Amused.Weights;

namespace Amused.Training;

/// <summary>What encoded shards keep of the captions.</summary>
public enum EncodedText
{
    /// <summary>The text tower's states: training needs no tower then, and cannot train it.</summary>
    States,

    /// <summary>The captions' token ids, a hundredth of that: the tower runs in each step, and can be trained.</summary>
    TokenIds,
}

/// <summary>One shard, as the index has it.</summary>
internal sealed record EncodedShardEntry
{
    public required string File { get; init; }

    public required int Count { get; init; }

    public required long Bytes { get; init; }

    public required string Sha256 { get; init; }
}

/// <summary><c>index.json</c> of a folder of encoded shards. It is written anew after each shard: what it doesn't name isn't there.</summary>
internal sealed record EncodedIndex
{
    public const string FileName = "index.json";

    /// <summary>The file with the states (or ids) of the empty caption, which condition dropout needs: one row, keys as in a shard.</summary>
    public const string EmptyCaptionFile = "empty-caption.safetensors";

    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public required EncodedText Text { get; init; }

    /// <summary>What the shards were made of and with.</summary>
    public required Dictionary<string, string> Identity { get; init; }

    /// <summary>The first example that isn't in a shard.</summary>
    public long NextEpoch { get; init; }

    public long NextIndex { get; init; }

    public bool Complete { get; init; }

    /// <summary>How many examples were left out because they are broken.</summary>
    public long Broken { get; init; }

    public List<EncodedShardEntry> Shards { get; init; } = [];

    [JsonIgnore]
    public EncodingResult Result => new(Shards.Sum(shard => (long)shard.Count), Broken, Shards.Count, Shards.Sum(shard => shard.Bytes));

    public static string PathIn(string folder) => Path.Combine(folder, FileName);

    public static EncodedIndex Read(string folder)
    {
        var path = PathIn(folder);
        var index = ConfigJson.Read<EncodedIndex>(path);
        if (index.Version != CurrentVersion)
            throw FileFault.Of(path, $"is of version {index.Version}; this program reads version {CurrentVersion}");
        if (index.Shards.FirstOrDefault(shard => Path.GetFileName(shard.File) != shard.File || shard.Count < 1) is { } odd)
            throw FileFault.Of(path, $"has an impossible shard {FileFault.Quote(odd.File)} of {odd.Count} examples");
        return index;
    }

    /// <summary>What tells the shards from others, wherever they lie.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', Shards.Select(shard => shard.Sha256)))));

    public void Write(string folder) => ConfigJson.Write(PathIn(folder), this);
}
