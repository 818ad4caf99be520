using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Amused.Weights;

namespace Amused.Lora;

/// <summary>What PEFT's <c>adapter_config.json</c> says of strengths, and of which layers it leaves out.</summary>
/// <remarks>What else changes a LoRA's meaning is refused: <see cref="AdapterConfigKeys"/>.</remarks>
internal sealed record LoraConfig
{
    /// <summary>The rank of layers that <see cref="RankPattern"/> doesn't name.</summary>
    public int? R { get; init; }

    /// <summary>The alpha of layers that <see cref="AlphaPattern"/> doesn't name.</summary>
    public double? LoraAlpha { get; init; }

    /// <summary>Ranks by regular expressions over the ends of layers' names.</summary>
    public Dictionary<string, int>? RankPattern { get; init; }

    /// <summary>Alphas, likewise.</summary>
    public Dictionary<string, double>? AlphaPattern { get; init; }

    /// <summary>Whether the product is divided by the rank's square root instead of the rank (rsLoRA: Kalajdzievski, 2023).</summary>
    public bool UseRslora { get; init; }

    /// <summary>The file that it stands in.</summary>
    [JsonIgnore]
    public string Path { get; private init; } = "";

    /// <summary>Keys that are set and that nobody here knows.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> UnknownKeys { get; private init; } = [];

    // A number or several; a word or several; names or their ends, or one regular expression.
    [JsonIgnore]
    private JsonNode? LayersToTransform { get; init; }

    [JsonIgnore]
    private JsonNode? LayersPattern { get; init; }

    [JsonIgnore]
    private JsonNode? ExcludeModules { get; init; }

    /// <summary>The key by which PEFT would leave a layer out, although the file has it; null when none does.</summary>
    public string? LeavesOut(string layer)
    {
        if (Excludes(layer))
            return "exclude_modules";
        var numbers =
            (LayersToTransform is JsonArray several ? several.Select(Number) : LayersToTransform is null ? [] : [Number(LayersToTransform)])
            .ToHashSet();
        if (numbers.Count == 0)
            return null;
        string[] words = [.. Texts(LayersPattern)];
        var before = words.Length == 0 ? "[^.]+" : $"({string.Join('|', words.Select(Regex.Escape))})";
        var found = Regex.Match(layer, $@"(^|\.){before}\.(?<number>\d{{1,9}})(\.|$)");
        return found.Success && numbers.Contains(long.Parse(found.Groups["number"].Value, CultureInfo.InvariantCulture))
            ? null
            : "layers_to_transform";
    }

    // A pattern that can't be read could mean any layer.
    private bool Excludes(string layer) => ExcludeModules is JsonArray names
        ? Texts(names).Any(name => layer == name || layer.EndsWith($".{name}", StringComparison.Ordinal))
        : Texts(ExcludeModules).Any(pattern => Whole(pattern)?.IsMatch(layer) ?? true);

    public double? AlphaOf(string layer) => Match(AlphaPattern, layer) ?? LoraAlpha;

    public int? RankOf(string layer) => Match(RankPattern, layer) ?? R;

    /// <summary>The config in a file's text.</summary>
    /// <exception cref="BrokenInputException">
    /// It isn't JSON, or holds something of another type, or a pattern that can't be read.
    /// </exception>
    public static LoraConfig Read(string path, ReadOnlySpan<byte> json)
    {
        var keys = ConfigJson.Parse(path, json);
        AdapterConfigKeys.Check(path, keys);
        var config = ConfigJson.Read<LoraConfig>(path, json) with
        {
            Path = path,
            UnknownKeys = [.. AdapterConfigKeys.Unknown(keys)],
            LayersToTransform = keys["layers_to_transform"],
            LayersPattern = keys["layers_pattern"],
            ExcludeModules = keys["exclude_modules"],
        };
        IEnumerable<string> patterns =
            [.. config.RankPattern?.Keys ?? Enumerable.Empty<string>(), .. config.AlphaPattern?.Keys ?? Enumerable.Empty<string>()];
        foreach (var pattern in patterns)
            if (Expression(pattern) is null)
                throw FileFault.Of(path, $"the pattern {FileFault.Quote(pattern)} is no regular expression that can be used");
        return config;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    private static long Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : -1;

    private static T? Match<T>(Dictionary<string, T>? patterns, string layer) where T : struct
    {
        foreach (var (pattern, value) in patterns ?? [])
            if (Expression(pattern)!.IsMatch(layer))
                return value;
        return null;
    }

    private static Regex? Expression(string pattern) => Whole($@"(.*\.)?({pattern})");

    // Without backtracking: a file must not be able to keep the program busy.
    private static Regex? Whole(string pattern)
    {
        try
        {
            return new($"^({pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception cause) when (cause is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
