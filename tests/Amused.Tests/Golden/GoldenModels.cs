using Amused.Networks.ClipText;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Weights;

namespace Amused.Tests.Golden;

/// <summary>The networks of a golden model by themselves, in float32.</summary>
public static class GoldenModels
{
    public static (ClipTextModel Model, ParameterSet Parameters) TextEncoder(string name) =>
        Load<ClipTextConfig, ClipTextModel>(name, "text_encoder", (config, parameters) => new(config, parameters), CheckpointKeys.ClipText);

    public static (VqModel Model, ParameterSet Parameters) Vq(string name) =>
        Load<VqModelConfig, VqModel>(name, "vqvae", (config, parameters) => new(config, parameters));

    public static (UVit2DModel Model, ParameterSet Parameters) Transformer(string name) =>
        Load<UVit2DConfig, UVit2DModel>(name, "transformer", (config, parameters) => new(config, parameters));

    private static (TModel, ParameterSet) Load<TConfig, TModel>(
        string name, string component, Func<TConfig, ParameterBuilder, TModel> build, Func<string, string?>? rename = null)
    {
        var folder = Path.Combine(GoldenFolder.Model(name), component);
        var weights = Directory.EnumerateFiles(folder, "*.safetensors").Where(file => !Path.GetFileNameWithoutExtension(file).Contains('.'))
            .ToList();
        var parameters = new ParameterSet();
        using var source = new CheckpointSource(weights, rename: rename);
        var model = build(ConfigJson.Read<TConfig>(Path.Combine(folder, "config.json")), new(source, parameters));
        source.ThrowIfLeftOver();
        return (model, parameters);
    }
}
