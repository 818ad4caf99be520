using System.Globalization;
using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Lora;

/// <summary>
/// The LoRAs that are applied to the networks of a pipeline: several at once, each with its strength, beside the weights or fused into
/// them.
/// </summary>
/// <remarks>
/// <b>Exactness.</b> Weights are never written to. A fused weight is a tensor of its own in the place of the original, computed from it in
/// float32 for all fused
/// LoRAs at once, and the original comes back when the last of them goes: nothing is subtracted, so nothing is lost. Fusing thus takes the
/// memory of the layers that are changed once more, where originals are not views of a file. Not safe for use by several threads at once.
/// </remarks>
public sealed class LoraStack : IDisposable
{
    private const int NamesInMessage = 3;

    private readonly List<AppliedLora> loras = [];
    private readonly Dictionary<string, Dictionary<string, AdaptableLayer>> layers;
    private readonly Dictionary<AdaptableLayer, Tensor> originals = [];
    private readonly Device device;

    /// <summary>Starts without any.</summary>
    /// <param name="networks">
    /// The networks' parameters by their checkpoint folders' names: <c>transformer</c>, <c>text_encoder</c>. They stay the caller's, and
    /// must outlive this object.
    /// </param>
    /// <param name="device">Where the networks are; null: the CPU.</param>
    public LoraStack(IReadOnlyDictionary<string, ParameterSet> networks, Device? device = null)
    {
        this.device = device ?? CPU;
        layers = networks.ToDictionary(
            network => network.Key,
            network =>
                network.Value.Layers<Linear>()
                    .ToDictionary(layer => layer.Key, layer => new AdaptableLayer(network.Value, layer.Key, layer.Value)));
    }

    /// <summary>What is applied, in the order in which it was added.</summary>
    public IReadOnlyList<AppliedLora> Loras => loras;

    /// <summary>Applies a LoRA beside the weights: every layer that it names adds its low-rank product from now on.</summary>
    /// <param name="file">The LoRA.</param>
    /// <param name="scale">Its strength: 1 is as it was trained, 0 nothing, negative the opposite. Finite.</param>
    /// <param name="alpha">
    /// The alpha of layers for which the file keeps none; null takes their rank, which is said in <see cref="AppliedLora.Notices"/>.
    /// </param>
    /// <exception cref="InvalidRequestException">A number isn't finite.</exception>
    /// <exception cref="BrokenInputException">
    /// The file is damaged, or for another model: the message names a layer and both shapes, or near names.
    /// </exception>
    public AppliedLora Add(LoraFile file, double scale = 1, double? alpha = null)
    {
        if (!double.IsFinite(scale) || !double.IsFinite(alpha ?? 0))
            throw new InvalidRequestException($"{file.Path}: the scale and alpha of a LoRA must be finite numbers");
        var found = FindLayers(file);
        List<(AdaptableLayer, LowRankAdapter)> adapters = [];
        try
        {
            foreach (var (layer, target) in found)
            {
                var (down, up) = file.Read(layer, device);
                adapters.Add((target, new(down, up, scale * layer.Scale(alpha))));
            }
        }
        catch
        {
            Free(adapters);
            throw;
        }
        AppliedLora lora = new(file.Path, scale, Notices(file, alpha), adapters);
        loras.Add(lora);
        Attach(lora);
        return lora;
    }

    /// <summary>Takes a LoRA away; the networks are then exactly as if it had never been there.</summary>
    /// <exception cref="InvalidRequestException">It isn't applied (any more).</exception>
    public void Remove(AppliedLora lora)
    {
        if (!loras.Remove(lora))
            throw new InvalidRequestException($"{lora.Path}: this LoRA is not applied");
        if (lora.IsFused)
            RefreshWeights(lora);
        else
            Detach(lora);
        Free(lora.Adapters);
    }

    /// <summary>
    /// Makes every LoRA that is applied part of the weights: steps then take as long as without, and saving the networks saves it too.
    /// </summary>
    /// <exception cref="InvalidRequestException">A layer's weight is in bytes, whose steps are larger than what most LoRAs add.</exception>
    public void Fuse()
    {
        if (loras.SelectMany(lora => lora.Adapters).Any(part => part.Layer.Linear.Int8 is not null))
            throw new InvalidRequestException(
                "LoRAs can't be fused into int8 weights: leave them beside the weights, or load the model in bf16 or fp32");
        foreach (var lora in loras.Where(lora => !lora.IsFused).ToList())
        {
            Detach(lora);
            lora.IsFused = true;
        }
        RefreshWeights([.. loras]);
    }

    /// <summary>
    /// Takes every fused LoRA out of the weights again, which are then bit for bit what they were, and applies it beside them.
    /// </summary>
    public void Unfuse()
    {
        var fused = loras.Where(lora => lora.IsFused).ToArray();
        foreach (var lora in fused)
            lora.IsFused = false;
        RefreshWeights(fused);
        foreach (var lora in fused)
            Attach(lora);
    }

    /// <summary>Takes everything away.</summary>
    public void Dispose()
    {
        foreach (var lora in loras.ToList())
            Remove(lora);
    }

    private static void Attach(AppliedLora lora)
    {
        foreach (var (layer, adapter) in lora.Adapters)
            layer.Linear.Add(adapter);
    }

    private static void Detach(AppliedLora lora)
    {
        foreach (var (layer, adapter) in lora.Adapters)
            layer.Linear.Remove(adapter);
    }

    private static void Free(IEnumerable<(AdaptableLayer, LowRankAdapter Adapter)> adapters)
    {
        foreach (var (_, adapter) in adapters)
        {
            adapter.Down.Dispose();
            adapter.Up.Dispose();
        }
    }

    /// <summary>Computes the weights of these LoRAs' layers anew from the originals and all that is fused.</summary>
    private void RefreshWeights(params IEnumerable<AppliedLora> changed)
    {
        var fused = loras.Where(lora => lora.IsFused).SelectMany(lora => lora.Adapters).ToLookup(part => part.Layer, part => part.Adapter);
        foreach (var layer in changed.SelectMany(lora => lora.Adapters).Select(part => part.Layer).Distinct())
        {
            if (fused.Contains(layer))
                SetFused(layer, fused[layer]);
            else if (originals.Remove(layer, out var original))
                layer.Exchange(original).Dispose();
        }
    }

    private void SetFused(AdaptableLayer layer, IEnumerable<LowRankAdapter> adapters)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var original = originals.GetValueOrDefault(layer) ?? layer.Linear.Weight;
        var sum = original.to(ScalarType.Float32, copy: true);
        foreach (var adapter in adapters)
            sum.add_(adapter.WeightDelta().view(sum.shape));
        var previous = layer.Exchange(sum.to(original.dtype).DetachFromDisposeScope());
        if (!originals.TryAdd(layer, previous))
            previous.Dispose();
    }

    private List<(LoraLayer, AdaptableLayer)> FindLayers(LoraFile file)
    {
        var pairs = file.Layers.Select(layer => (Layer: layer, Target: Find(layer))).ToList();
        if (pairs.Where(pair => pair.Target is null).Select(pair => pair.Layer).ToList() is { Count: > 0 } unknown)
            throw FileFault.Of(file.Path, Unknown(unknown));
        foreach (var (layer, target) in pairs)
            if (layer.Inputs != target!.Linear.Inputs || layer.Outputs != target.Linear.Outputs)
                throw FileFault.Of(file.Path,
                    $"is a LoRA for another model: the layer {FileFault.Quote(layer.Name)} is "
                    + $"{FileFault.Shape([layer.Outputs, layer.Inputs])} there, in this model {Shape(target)}");
        return [.. pairs.Select(pair => (pair.Layer, pair.Target!))];
    }

    private static string Shape(AdaptableLayer layer) => FileFault.Shape([layer.Linear.Outputs, layer.Linear.Inputs]);

    private AdaptableLayer? Find(LoraLayer layer)
    {
        foreach (var (component, known) in layers)
            // The text tower's names stand in files with and without their first word, as its checkpoints' keys do.
            if ((layer.Component ?? component) == component
                && (known.GetValueOrDefault(layer.Name) ?? known.GetValueOrDefault($"text_model.{layer.Name}")) is { } found)
                return found;
        // kohya's names have underscores for dots.
        return layer.Name.Contains('.')
            ? null
            : layers.Where(network => (layer.Component ?? network.Key) == network.Key).SelectMany(network => network.Value)
            .FirstOrDefault(known =>
                known.Key.Replace('.', '_') is var name && (name == layer.Name || name == $"text_model_{layer.Name}")).Value;
    }

    private string Unknown(List<LoraLayer> unknown)
    {
        var first = unknown[0];
        var known = layers.Where(network => (first.Component ?? network.Key) == network.Key).SelectMany(network => network.Value)
            .DistinctBy(layer => layer.Key).ToDictionary(layer => layer.Key, layer => Shape(layer.Value));
        var listed = string.Join(", ", unknown.Take(NamesInMessage)
            .Select(layer => $"{FileFault.Quote(layer.Name)} {FileFault.Shape([layer.Outputs, layer.Inputs])}"));
        var more = unknown.Count > NamesInMessage
            ? string.Create(CultureInfo.InvariantCulture, $" and {unknown.Count - NamesInMessage} more")
            : "";
        return $"the model has no linear layer {listed}{more}; near names are "
            + $"{string.Join(", ", NearNames.Of(first.Name, known.Keys).Select(name => $"{name} {known[name]}"))}";
    }

    private static IReadOnlyList<string> Notices(LoraFile file, double? alpha)
    {
        if (file.HasAlpha)
            return alpha is null ? file.Notices : [.. file.Notices, $"{file.Path}: the LoRA keeps its own alpha, which is used"];
        var rank = file.Layers.First(layer => layer.Alpha is null).Rank;
        return alpha is not null
            ? file.Notices
            : [.. file.Notices, string.Create(CultureInfo.InvariantCulture,
                $"{file.Path}: the LoRA does not say its alpha; its rank, {rank}, is taken, which may be weaker or stronger than it "
                + $"was trained")];
    }
}
