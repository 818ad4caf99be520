using System.Globalization;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Lora;

/// <summary>
/// A LoRA on disk, in PEFT's layout, whose header has been read and checked: which layers it changes, their ranks and alphas.
/// Needs no tensor library.
/// </summary>
/// <remarks>
/// <para>
/// Keys are <c>transformer.…</c> and <c>text_encoder.…</c> with <c>lora_A.weight</c> and <c>lora_B.weight</c>
/// (<c>pytorch_lora_weights.safetensors</c>), the same with PEFT's prefix
/// <c>base_model.model.</c> and no component (<c>adapter_model.safetensors</c>), or with the <c>lora.down.weight</c> and
/// <c>lora.up.weight</c> of older programs,
/// or kohya's <c>lora_unet_transformer_layers_0_attn1_to_q.lora_down.weight</c> and <c>lora_te_…</c>, whose layers are found in the
/// network.
/// </para>
/// <para>
/// Alpha is read from the file's metadata, from <c>adapter_config.json</c> beside it, or from <c>alpha</c> tensors. The published training
/// script keeps it nowhere: such files load with a notice, and take the alpha that the caller gives, or their rank.
/// <see cref="LoraWriter"/> writes it to both places.
/// </para>
/// </remarks>
public sealed class LoraFile
{
    /// <summary>The name of the file in which diffusers keeps the LoRA of a pipeline.</summary>
    public const string DiffusersName = "pytorch_lora_weights.safetensors";

    /// <summary>The name of the file in which PEFT keeps the LoRA of one network.</summary>
    public const string PeftName = "adapter_model.safetensors";

    private readonly SafetensorsFile file;

    private LoraFile(SafetensorsFile file)
    {
        this.file = file;
        var alphas = LoraAlphas.Of(file);
        Dictionary<(string? Component, string Layer), Dictionary<LoraPart, SafetensorsEntry>> layers = [];
        foreach (var entry in file.Entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var key = LoraKey.Parse(entry.Name) ?? throw NoLora(entry.Name);
            var place = (key.Component, key.Layer);
            layers.TryAdd(place, []);
            if (!layers[place].TryAdd(key.Part, entry))
                throw Fault(
                    $"the keys {FileFault.Quote(layers[place][key.Part].Name)} and {FileFault.Quote(entry.Name)} stand for the same");
        }
        foreach (var (component, layer) in layers.Keys)
            alphas.ThrowIfLeftOut(component, layer);
        Notices = [.. alphas.Notices.Select(notice => $"{Path}: {notice}")];
        Layers = [.. layers.Select(layer => Layer(layer.Key.Component, layer.Key.Layer, layer.Value, alphas))];
        if (Layers.Count == 0)
            throw Fault("holds no LoRA: it has no tensors");
    }

    /// <summary>The file's path.</summary>
    public string Path => file.Path;

    /// <summary>The layers that it changes, in order of their names.</summary>
    public IReadOnlyList<LoraLayer> Layers { get; }

    /// <summary>What the user should know of its configuration, a line each.</summary>
    internal IReadOnlyList<string> Notices { get; }

    /// <summary>Whether the strength that it was trained at is known for every layer.</summary>
    public bool HasAlpha => Layers.All(layer => layer.Alpha is not null);

    /// <summary>Reads the header of a LoRA and checks it.</summary>
    /// <param name="path">The safetensors file, or a folder with one under the name that diffusers or PEFT gives it.</param>
    /// <exception cref="BrokenInputException">
    /// There is no such file, it is damaged, or no LoRA over linear layers: the message names file and key.
    /// </exception>
    public static LoraFile Open(string path) => new(SafetensorsFile.Open(Find(path)));

    /// <summary>Reads A [rank, in] and B [out, rank] of a layer, in float32; the caller's, outside any dispose scope.</summary>
    internal (Tensor Down, Tensor Up) Read(LoraLayer layer, Device device)
    {
        // Not by the memory map that weights are read by: a LoRA is small, and a training run may be overwriting it.
        Tensor Matrix(string key, long rows, long columns)
        {
            using var scope = NewDisposeScope();
            return tensor(file.ReadFloats(key), [rows, columns], ScalarType.Float32, device).DetachFromDisposeScope();
        }

        var down = Matrix(layer.Keys.Down, layer.Rank, layer.Inputs);
        try
        {
            return (down, Matrix(layer.Keys.Up, layer.Outputs, layer.Rank));
        }
        catch
        {
            down.Dispose();
            throw;
        }
    }

    private LoraLayer Layer(string? component, string name, Dictionary<LoraPart, SafetensorsEntry> parts, LoraAlphas alphas)
    {
        if (!parts.TryGetValue(LoraPart.Down, out var down) || !parts.TryGetValue(LoraPart.Up, out var up))
            throw Fault($"the layer {FileFault.Quote(name)} has only one of its two matrices: the file is cut or incomplete");
        var (downShape, upShape) = (Matrix(down), Matrix(up));
        if (downShape is not [var rank, var inputs] || upShape is not [var outputs, var upRank] || rank != upRank || rank < 1)
            throw Fault(
                $"the matrices of the layer {FileFault.Quote(name)} do not go together: {FileFault.Shape([.. down.Shape])} and "
                + $"{FileFault.Shape([.. up.Shape])}, where [rank, in] and [out, rank] are needed");
        var (alpha, isRankStabilized) = parts.TryGetValue(LoraPart.Alpha, out var own)
            ? (AlphaIn(own), false)
            : alphas.Of(component, name, rank);
        return new(component, name, rank, inputs, outputs, alpha, isRankStabilized) { Keys = (down.Name, up.Name) };
    }

    /// <summary>The shape of a matrix; those of 1 × 1 convolutions are matrices too.</summary>
    private static IReadOnlyList<long> Matrix(SafetensorsEntry entry) =>
        entry.Shape is [var rows, var columns, 1, 1] ? [rows, columns] : entry.Shape;

    private double AlphaIn(SafetensorsEntry entry)
    {
        var numbers = entry.ElementCount != 1
            ? []
            : entry.Dtype.IsFloatingPoint() ? file.ReadFloats(entry.Name) : [file.ReadIntegers(entry.Name)[0]];
        return numbers is [var alpha] && float.IsFinite(alpha) ? alpha
            : throw Fault($"the key {FileFault.Quote(entry.Name)} is not one number, as an alpha is");
    }

    private BrokenInputException NoLora(string key) => Fault(
        $"the key {FileFault.Quote(key)} is none of a LoRA over linear "
            + $"layers{(OtherAdapters.NameOf(key) is { } name ? $", but of {name}, which isn't read" : "")}: "
        + $"those end in {LoraKey.DownSuffix[1..]} and {LoraKey.UpSuffix[1..]}, or lora.down.weight and lora.up.weight");

    private BrokenInputException Fault(string what) => FileFault.Of(Path, what);

    private static string Find(string path)
    {
        if (!Directory.Exists(path))
            return path;
        var candidates = new[] { DiffusersName, PeftName }.Select(name => System.IO.Path.Combine(path, name));
        return candidates.FirstOrDefault(File.Exists)
            ?? throw FileFault.Of(path,
                string.Create(CultureInfo.InvariantCulture,
                $"the folder has neither {DiffusersName} nor {PeftName}; name the LoRA's file"));
    }
}
