using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amused.Lora;

/// <summary>
/// The keys of PEFT's <c>adapter_config.json</c> (0.21) beside ranks and alphas: those that change what the tensors mean are refused by
/// name, and keys that nobody here knows are told of. The rest says how an adapter was trained.
/// </summary>
internal static class AdapterConfigKeys
{
    /// <summary>
    /// What is heeded elsewhere, or says nothing about the result. <c>fan_in_fan_out</c> is among them since PEFT itself takes it back for
    /// linear layers, and <c>target_modules</c> since the file names its layers.
    /// </summary>
    private static readonly HashSet<string> Harmless =
    [
        "r", "lora_alpha", "rank_pattern", "alpha_pattern", "use_rslora", "layers_to_transform", "layers_pattern", "exclude_modules",
        "peft_type", "bias", "init_lora_weights", "fan_in_fan_out", "target_modules", "peft_version", "task_type", "auto_mapping",
        "base_model_name_or_path", "revision", "inference_mode", "lora_dropout", "ensure_weight_tying", "megatron_core",
        "qalora_group_size", "eva_config", "runtime_config",
    ];

    /// <summary>What changes the meaning when it is set, and what it does.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["use_dora"] = "DoRA scales each row of the weights anew",
        ["lora_bias"] = "it adds to the layers' outputs",
        ["modules_to_save"] = "whole layers were trained beside the LoRA",
        ["target_parameters"] = "parameters that are no layers were trained",
        ["trainable_token_indices"] = "embeddings of tokens were trained beside the LoRA",
        ["layer_replication"] = "it is over a model with repeated layers",
        ["use_qalora"] = "QALoRA pools the layers' inputs",
        ["use_bdlora"] = "its matrices are block-diagonal",
        ["alora_invocation_tokens"] = "it acts from certain tokens on only",
        ["arrow_config"] = "it chooses among several adapters as it runs",
        ["megatron_config"] = "it is over layers that are split between machines",
        ["loftq_config"] = "LoftQ replaces the base weights",
        ["corda_config"] = "CorDA changes the base weights",
        ["lora_ga_config"] = "LoRA-GA changes the base weights",
        ["kasa_config"] = "KaSA changes the base weights",
        ["monteclora_config"] = "MonteCLoRA draws its matrices",
        ["velora_config"] = "VeLoRA adds parts of its own",
    };

    /// <summary>Starts that leave the base weights as they are, so that only the trained matrices count.</summary>
    private static readonly string[] PlainStarts = ["gaussian", "eva", "orthogonal"];

    /// <summary>Refuses a configuration whose adapter is more, or other, than a low-rank product beside the base weights.</summary>
    /// <exception cref="BrokenInputException">It is; the message names the key, its value, and what it means.</exception>
    public static void Check(string path, JsonObject config)
    {
        if (config["peft_type"] is { } type && !(IsText(type, out var kind) && kind.Equals("LORA", StringComparison.OrdinalIgnoreCase)))
            throw Fault(path, "peft_type", type, "only LoRAs are read");
        foreach (var (key, meaning) in Refused)
            if (config[key] is { } value && IsSet(value))
                throw Fault(path, key, value, meaning);
        if (config["bias"] is { } bias && !(IsText(bias, out var which) && which == "none"))
            throw Fault(path, "bias", bias, "biases of layers were trained beside the LoRA");
        if (config["init_lora_weights"] is { } start && start.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False)
            && !(IsText(start, out var name) && PlainStarts.Contains(name)))
            throw Fault(path, "init_lora_weights", start,
                "that start changes the base weights, and the matrices belong to the changed ones; save it from PEFT as a plain LoRA "
                + "(save_pretrained with path_initial_model_for_weight_conversion), or merged into the model");
    }

    /// <summary>The keys that are set and that nobody here knows.</summary>
    public static IEnumerable<string> Unknown(JsonObject config) =>
        config.Where(pair => pair.Value is { } value && IsSet(value)).Select(pair => pair.Key)
            .Where(key => !Harmless.Contains(key) && !Refused.ContainsKey(key));

    private static bool IsSet(JsonNode value) => value switch
    {
        JsonObject members => members.Count > 0,
        JsonArray items => items.Count > 0,
        _ => value.GetValueKind() is not JsonValueKind.False && !(IsText(value, out var text) && text.Length == 0),
    };

    private static bool IsText(JsonNode value, out string text)
    {
        text = "";
        return value is JsonValue one && one.TryGetValue(out text!);
    }

    private static BrokenInputException Fault(string path, string key, JsonNode value, string meaning) =>
        FileFault.Of(path, $"this LoRA can't be used: {key} is {FileFault.Printable(Short(value.ToJsonString()))}: {meaning}");

    private static string Short(string json) => json.Length > 60 ? string.Concat(json.AsSpan(0, 60), "…") : json;
}
