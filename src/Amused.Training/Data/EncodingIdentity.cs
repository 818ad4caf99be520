using System.Globalization;

namespace Amused.Training;

/// <summary>What encoded shards depend on: shards that were made of other data, or by other models or settings, do not match.</summary>
/// <param name="Values">
/// Names and values, such as <c>resolution</c>, and <c>vqvae.sha256</c> for what is told by its content. Compared one by one, so that a
/// message can say which differ.
/// </param>
internal sealed record EncodingIdentity(IReadOnlyDictionary<string, string> Values)
{
    internal const string ResolutionKey = "resolution", TextLengthKey = "text_length", TextKey = "text";
    internal const string DataKey = "data.sha256", VqKey = "vqvae.sha256";
    internal const string TokenizerKey = "tokenizer.sha256", TextTowerKey = "text_encoder.sha256";

    private const string SourceKey = "source", ContentEnding = ".sha256";

    /// <summary>The identity of the data, the way that they are cut, and the models.</summary>
    /// <param name="source">The data set. Where it lies in files, their content counts, and not the place; otherwise its name.</param>
    /// <param name="chosen">Which of its pictures and captions are taken.</param>
    /// <param name="transform">How pictures are cut.</param>
    /// <param name="order">The seed and order.</param>
    /// <param name="models">What tells the models from others, by names of one's own.</param>
    public static EncodingIdentity Of(
        IImageSource source, ImageSourceOptions chosen, ExampleTransform transform, DataOrder order,
        IEnumerable<KeyValuePair<string, string>> models)
    {
        Dictionary<string, string> values = new()
        {
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
        if ((source as IFileSource)?.Hash() is { } data)
            values[DataKey] = data;
        else
            values[SourceKey] = source.Name;
        if (chosen.Captions.Columns.Count > 0)
            values["caption_columns"] = string.Join(',', chosen.Captions.Columns);
        foreach (var (name, value) in models)
            values[name] = value;
        return new(values);
    }

    /// <summary>What is told by its content: names without their ends, and hashes.</summary>
    internal IReadOnlyDictionary<string, string> Content =>
        Values.Where(value => IsContent(value.Key)).ToDictionary(value => value.Key[..^ContentEnding.Length], value => value.Value);

    /// <summary>In which settings it differs from another identity, in words.</summary>
    internal IEnumerable<string> SettingsUnlike(EncodingIdentity other) =>
        from name in Values.Keys.Union(other.Values.Keys).Order(StringComparer.Ordinal)
        where !IsContent(name) && !(name == SourceKey && Values.ContainsKey(DataKey)) && Value(name) != other.Value(name)
        select $"{name} is {Shown(name)} instead of {other.Shown(name)}";

    /// <summary>Whether a batch can hold rows of both.</summary>
    internal bool HasShapesOf(EncodingIdentity other) =>
        ((string[])[TextKey, ResolutionKey, TextLengthKey]).All(name => Value(name) == other.Value(name));

    /// <summary>The value of a name; null where there is none.</summary>
    internal string? Value(string name) => Values.TryGetValue(name, out var value) ? value : null;

    private static bool IsContent(string name) => name.EndsWith(ContentEnding, StringComparison.Ordinal);

    private string Shown(string name) => Value(name) ?? "not given";
}
