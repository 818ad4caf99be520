using Amused.Networks.UVit;
using Amused.Weights;

namespace Amused.Training;

/// <summary>The published recipes (the training example's README in diffusers, and section 4 of the aMUSEd report): starting points to be changed with <c>with</c>.</summary>
public static class TrainingRecipe
{
    private static readonly NetworkSettings Lora = new() { Mode = TrainingMode.Lora, Lora = new() { Targets = ["to_q", "to_k", "to_v"] } };

    /// <summary>The recipes by name: <c>full-256</c>, <c>8bit-256</c>, <c>lora-256</c>, <c>styledrop-256</c>, and the same for 512.</summary>
    public static IReadOnlyDictionary<string, TrainingConfig> All { get; } = new Dictionary<string, TrainingConfig>
    {
        ["full-256"] = Of(batch: 8, rate: 1e-4),
        ["8bit-256"] = EightBit(Of(batch: 16, rate: 2e-5)),
        ["lora-256"] = Of(batch: 16, rate: 8e-4) with { Transformer = Lora },
        ["styledrop-256"] = StyleDrop(Of(batch: 1, rate: 4e-4), alpha: 32, steps: 1500),
        ["full-512"] = Of(batch: 8, rate: 8e-5),
        ["8bit-512"] = EightBit(Of(batch: 8, rate: 5e-6)),
        ["lora-512"] = Of(batch: 8, rate: 1e-4) with { Transformer = Lora },
        ["styledrop-512"] = StyleDrop(Of(batch: 1, rate: 1e-3), alpha: 1, steps: 2000),
    };

    /// <summary>Finds a recipe.</summary>
    /// <exception cref="InvalidRequestException">There is none of that name; the message lists them.</exception>
    public static TrainingConfig Find(string name) => All.TryGetValue(name, out var recipe)
        ? recipe
        : throw new InvalidRequestException($"there is no recipe {name}; the recipes are {string.Join(", ", All.Keys)}");

    /// <summary>The StyleDrop recipe for a model: by the sizes in its folder, else by its name on the hub.</summary>
    public static TrainingConfig ForStyle(string model)
    {
        var path = Path.Combine(model, "transformer", "config.json");
        var isLarge = File.Exists(path) ? ConfigJson.Read<UVit2DConfig>(path).Downsample : model.Contains("512", StringComparison.Ordinal);
        return All[isLarge ? "styledrop-512" : "styledrop-256"];
    }

    private static TrainingConfig Of(int batch, double rate) => new()
    {
        BatchSize = batch,
        Optimizer = new() { LearningRate = rate },
    };

    private static TrainingConfig EightBit(TrainingConfig config) => config with { Optimizer = config.Optimizer with { EightBit = true } };

    private static TrainingConfig StyleDrop(TrainingConfig config, double alpha, long steps) => config with
    {
        Transformer = Lora with { Lora = Lora.Lora with { Alpha = alpha } },
        MaxSteps = steps,
    };
}
