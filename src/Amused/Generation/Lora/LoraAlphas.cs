using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Amused.Weights;

namespace Amused.Lora;

/// <summary>
/// Where a LoRA file's alpha is kept: in the file's own metadata (by component, as diffusers writes it, or as plain words), or in PEFT's
/// <c>adapter_config.json</c> beside it. The file's own goes first: one configuration may lie beside several files.
/// </summary>
internal sealed class LoraAlphas
{
    /// <summary>PEFT's file beside the weights.</summary>
    public const string ConfigFileName = "adapter_config.json";

    /// <summary>
    /// diffusers' key in the metadata of safetensors: the configuration as JSON, keys with or without the component before them.
    /// </summary>
    public const string MetadataKey = "lora_adapter_metadata";

    private static readonly string[] PlainKeys = ["lora_alpha", "ss_network_alpha"];

    private readonly Dictionary<string, LoraConfig> ofComponents = [];
    private readonly LoraConfig? ofFile, beside;

    private LoraAlphas(SafetensorsFile file)
    {
        var config = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file.Path))!, ConfigFileName);
        beside = File.Exists(config) ? LoraConfig.Read(config, ConfigJson.Bytes(config)) : null;
        if (file.Metadata.TryGetValue(MetadataKey, out var json))
        {
            var root = ConfigJson.Parse(file.Path, Encoding.UTF8.GetBytes(json));
            foreach (var component in new[] { LoraKey.Transformer, LoraKey.TextEncoder })
                if (Part(root, $"{component}.") is { Count: > 0 } part)
                    ofComponents[component] = Read(file, part);
            ofFile = Read(file, new(root.Where(pair => !pair.Key.Contains('.'))
                .Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))));
        }
        else if (PlainKeys.Select(key => file.Metadata.GetValueOrDefault(key)).FirstOrDefault(value => value is not null) is { } plain)
            ofFile = new() { LoraAlpha = Number(file, plain) };
    }

    /// <summary>Reads what there is.</summary>
    /// <exception cref="BrokenInputException">A configuration is there and can't be read.</exception>
    public static LoraAlphas Of(SafetensorsFile file) => new(file);

    /// <summary>The alpha of a layer and how it is divided; nothing where nothing is kept for its rank.</summary>
    public (double? Alpha, bool IsRankStabilized) Of(string? component, string layer, long rank)
    {
        foreach (var config in new[] { component is null ? null : ofComponents.GetValueOrDefault(component), ofFile, beside })
            // Of another rank is of another file.
            if (config?.AlphaOf(layer) is { } alpha && (config.RankOf(layer) is not { } configured || configured == rank))
                return (alpha, config.UseRslora);
        return (null, false);
    }

    /// <summary>What the user should know: keys that are set and that nobody here knows.</summary>
    public IEnumerable<string> Notices => new[] { ofFile, beside }.Concat(ofComponents.Values).OfType<LoraConfig>()
        .SelectMany(config => config.UnknownKeys).Distinct()
        .Select(key =>
            $"its configuration sets {FileFault.Quote(key)}, which isn't known here: it may act otherwise than it was trained to");

    /// <summary>Refuses a layer that the configuration leaves out: PEFT would ignore its tensors.</summary>
    /// <exception cref="BrokenInputException">The configuration and the file contradict each other.</exception>
    public void ThrowIfLeftOut(string? component, string layer)
    {
        foreach (var config in new[] { component is null ? null : ofComponents.GetValueOrDefault(component), ofFile, beside })
            if (config?.LeavesOut(layer) is { } key)
                throw FileFault.Of(config.Path,
                    $"its {key} leaves out the layer {FileFault.Quote(layer)}, which the LoRA has: one of the two is of another LoRA");
    }

    private static LoraConfig Read(SafetensorsFile file, JsonObject config) =>
        LoraConfig.Read(file.Path, Encoding.UTF8.GetBytes(config.ToJsonString()));

    private static JsonObject Part(JsonObject root, string prefix) =>
        new(root.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value?.DeepClone())));

    private static double Number(SafetensorsFile file, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw FileFault.Of(file.Path, $"its metadata has {FileFault.Quote(text)} for alpha, which is no number");
}
