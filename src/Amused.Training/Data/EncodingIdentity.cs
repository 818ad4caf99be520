using System.Globalization;
using System.Security.Cryptography;

namespace Amused.Training.Data;

/// <summary>What encoded shards depend on: shards that were made by other models or settings don't go together.</summary>
/// <param name="Values">Names and values, such as <c>vq.sha256</c> and <c>resolution</c>. Compared one by one, so that a message can say which differ.</param>
public sealed record EncodingIdentity(IReadOnlyDictionary<string, string> Values)
{
    internal const string ResolutionKey = "resolution", TextLengthKey = "text_length";
    internal const string VqKey = "vqvae.sha256", TokenizerKey = "tokenizer.sha256", TextTowerKey = "text_encoder.sha256";

    /// <summary>The identity of the data, the way that they are cut, and the models.</summary>
    /// <param name="source">The data set's name.</param>
    /// <param name="chosen">Which of its pictures and captions are taken.</param>
    /// <param name="transform">How pictures are cut.</param>
    /// <param name="order">The seed and order.</param>
    /// <param name="models">What tells the models from others, by names of one's own.</param>
    public static EncodingIdentity Of(
        string source, ImageSourceOptions chosen, ExampleTransform transform, DataOrder order, IEnumerable<KeyValuePair<string, string>> models)
    {
        Dictionary<string, string> values = new()
        {
            ["source"] = source,
            ["split"] = chosen.Split,
            ["image_column"] = chosen.ImageColumn,
            ["captions"] = $"{chosen.Captions.Place}",
            [ResolutionKey] = transform.Resolution.ToString(CultureInfo.InvariantCulture),
            ["center_crop"] = transform.CenterCrop ? "true" : "false",
            ["random_flip"] = transform.RandomFlip ? "true" : "false",
            ["scaled_decoding"] = transform.ScaledDecoding ? "true" : "false",
            ["seed"] = order.Seed.ToString(CultureInfo.InvariantCulture),
            ["shuffle"] = order.Shuffle ? $"{order.ShuffleBuffer}" : "false",
        };
        if (chosen.Captions.Columns.Count > 0)
            values["caption_columns"] = string.Join(',', chosen.Captions.Columns);
        foreach (var (name, value) in models)
            values[name] = value;
        return new(values);
    }

    /// <summary>What differs from another identity, in words; null when nothing does.</summary>
    internal string? DifferenceFrom(EncodingIdentity other)
    {
        var names = Values.Keys.Union(other.Values.Keys).Order(StringComparer.Ordinal);
        string[] differing = [.. names.Where(name => Value(name) != other.Value(name)).Select(name => $"{name} is {Shown(name)} instead of {other.Shown(name)}")];
        return differing.Length == 0 ? null : string.Join(", ", differing);
    }

    /// <summary>The value of a name; null where there is none.</summary>
    internal string? Value(string name) => Values.TryGetValue(name, out var value) ? value : null;

    private string Shown(string name) => Value(name) is { } value ? value.Length > 40 ? string.Concat(value.AsSpan(0, 12), "…") : value : "not given";
}

/// <summary>The SHA-256 of files.</summary>
internal static class FileHash
{
    /// <summary>In lower-case hexadecimal digits.</summary>
    /// <exception cref="BrokenInputException">The file cannot be read.</exception>
    public static string Of(string path) => FileFault.Reading(path, () =>
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    });
}
