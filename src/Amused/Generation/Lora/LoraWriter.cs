using System.Text.Json.Nodes;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Lora;

/// <summary>A LoRA over one layer, to be saved.</summary>
/// <param name="Component">The network, by its checkpoint folder's name: <c>transformer</c> or <c>text_encoder</c>.</param>
/// <param name="Layer">The layer's name within the network.</param>
/// <param name="Down">A, [rank, in].</param>
/// <param name="Up">B, [out, rank].</param>
/// <param name="Alpha">What the product is multiplied by, before it is divided by the rank.</param>
public sealed record LoraTensors(string Component, string Layer, Tensor Down, Tensor Up, double Alpha)
{
    /// <summary>The rank: rows of A.</summary>
    public long Rank => Down.shape[0];
}

/// <summary>
/// Writes LoRAs in PEFT's layout, with their alphas in both places where the Python side looks for them: the safetensors file's metadata
/// (diffusers) and
/// <c>adapter_config.json</c> beside it (PEFT). What is written, <see cref="LoraFile"/> reads.
/// </summary>
public static class LoraWriter
{
    /// <summary>
    /// Writes a LoRA and its configuration. Nothing changes unless both could be written; a crash between the two renames can leave a new
    /// one beside an old one.
    /// </summary>
    /// <param name="path">
    /// The safetensors file; missing folders are made. Under the name <see cref="LoraFile.PeftName"/> keys have PEFT's prefix and no
    /// component, otherwise the component's, as in <see cref="LoraFile.DiffusersName"/>.
    /// </param>
    /// <param name="layers">The layers, at least one, none twice.</param>
    /// <param name="dropout">The dropout that it was trained with, for the record.</param>
    /// <exception cref="BrokenInputException">The files can't be written.</exception>
    /// <exception cref="ArgumentException">There are no layers, or one stands twice.</exception>
    public static void Write(string path, IReadOnlyList<LoraTensors> layers, double dropout = 0)
    {
        if (layers.Count == 0)
            throw new ArgumentException("A LoRA has at least one layer.", nameof(layers));
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var isPeft = Path.GetFileName(path) == LoraFile.PeftName;
        var tensors = layers.SelectMany(layer => Tensors(layer, isPeft ? LoraKey.PeftPrefix : $"{layer.Component}."));
        using var weights = SafetensorsWriter.Prepare(path, tensors, Metadata(layers, dropout), CancellationToken.None);
        using var config = NewFile.Prepare(Path.Combine(folder, LoraAlphas.ConfigFileName), stream =>
            stream.Write(ConfigJson.Compose(PeftConfig(layers, dropout))));
        weights.Complete();
        config.Complete();
    }

    private static IEnumerable<SafetensorsTensor> Tensors(LoraTensors layer, string prefix) =>
    [
        SafetensorsTensor.Of($"{prefix}{layer.Layer}{LoraKey.DownSuffix}", layer.Down),
        SafetensorsTensor.Of($"{prefix}{layer.Layer}{LoraKey.UpSuffix}", layer.Up),
    ];

    private static Dictionary<string, string> Metadata(IReadOnlyList<LoraTensors> layers, double dropout)
    {
        JsonObject config = [];
        foreach (var network in layers.GroupBy(layer => layer.Component).OrderBy(network => network.Key, StringComparer.Ordinal))
            foreach (var (key, value) in Config([.. network], dropout))
                config[$"{network.Key}.{key}"] = value?.DeepClone();
        return new(SafetensorsWriter.PyTorchMetadata) { [LoraAlphas.MetadataKey] = config.ToJsonString() };
    }

    /// <summary>
    /// PEFT's file; networks of other ranks and alphas than the first stand in its patterns, since their layers' names differ.
    /// </summary>
    private static JsonObject PeftConfig(IReadOnlyList<LoraTensors> layers, double dropout) => new(Config(layers, dropout)
        .Concat(new JsonObject
        {
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = null,
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["task_type"] = null,
        })
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

    private static JsonObject Config(IReadOnlyList<LoraTensors> layers, double dropout)
    {
        // The commonest values stand for all, so that patterns name as few as possible.
        var rank = Commonest(layers.Select(layer => layer.Rank));
        var alpha = Commonest(layers.Select(layer => layer.Alpha));
        return new()
        {
            ["alpha_pattern"] = Pattern(layers.Where(layer => layer.Alpha != alpha), layer => layer.Alpha),
            ["bias"] = "none",
            ["lora_alpha"] = alpha,
            ["lora_dropout"] = dropout,
            ["r"] = rank,
            ["rank_pattern"] = Pattern(layers.Where(layer => layer.Rank != rank), layer => layer.Rank),
            ["target_modules"] = new JsonArray([.. layers.Select(layer => (JsonNode)layer.Layer)]),
            ["use_rslora"] = false,
        };
    }

    private static JsonObject Pattern(IEnumerable<LoraTensors> layers, Func<LoraTensors, double> value) =>
        new(layers.Select(layer => KeyValuePair.Create<string, JsonNode?>(layer.Layer, value(layer))));

    private static T Commonest<T>(IEnumerable<T> values)
        where T : notnull => values.GroupBy(value => value).MaxBy(group => group.Count())!.Key;
}
