using System.Security.Cryptography;
using System.Text;
using Amused.Networks.ClipText;
using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Text;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Tells models apart by what they compute with, in SHA-256: sizes and weights as float32, whatever the files' layout, so that a model saved anew is the same.
/// </summary>
internal static class ModelHash
{
    /// <summary>A VQGAN's encoder and codebook. Its decoder may be trained further: the codes stay the same.</summary>
    /// <param name="folder">The folder of the VQGAN itself.</param>
    /// <param name="variant">The word before the weight files' extension.</param>
    public static string OfVq(string folder, string? variant) =>
        Of<VqModelConfig>(folder, variant, key => key.StartsWith("decoder.", StringComparison.Ordinal) || key.StartsWith("post_quant_conv.", StringComparison.Ordinal) ? null : key);

    /// <summary>A VQGAN with its decoder.</summary>
    /// <inheritdoc cref="OfVq" path="/param"/>
    public static string OfWholeVq(string folder, string? variant) => Of<VqModelConfig>(folder, variant, key => key);

    /// <summary>A U-ViT.</summary>
    /// <inheritdoc cref="OfVq" path="/param"/>
    public static string OfTransformer(string folder, string? variant) => Of<UVit2DConfig>(folder, variant, key => key);

    /// <summary>The sizes of a model that is yet to be made.</summary>
    public static string OfSizes<TConfig>(TConfig sizes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(ConfigJson.Compose(ConfigJson.ToObject(sizes)));
        return Finish(hash);
    }

    /// <summary>A text tower.</summary>
    /// <inheritdoc cref="OfVq" path="/param"/>
    public static string OfTextTower(string folder, string? variant) => Of<ClipTextConfig>(folder, variant, CheckpointKeys.ClipText);

    /// <summary>What decides a text's ids, but for their number.</summary>
    public static string Of(ClipTokenizer tokenizer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in tokenizer.Describe())
            hash.AppendData(Encoding.UTF8.GetBytes($"{line}\n"));
        return Finish(hash);
    }

    private static string Of<TConfig>(string folder, string? variant, Func<string, string?> rename)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(ConfigJson.Compose(ConfigJson.ToObject(ConfigJson.Read<TConfig>(Path.Combine(folder, "config.json")))));
        var files = WeightFiles.Find(folder, variant).Paths.Select(path => new MappedTensors(SafetensorsFile.Open(path))).ToList();
        try
        {
            var all = files.SelectMany(file => file.File.Entries.Keys.Select(key => (Name: rename(key), Key: key, File: file)));
            foreach (var (name, key, file) in all.Where(one => one.Name is not null).OrderBy(one => one.Name, StringComparer.Ordinal))
                Append(hash, name!, file, key);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
        return Finish(hash);
    }

    private static void Append(IncrementalHash hash, string name, MappedTensors file, string key)
    {
        using var scope = NewDisposeScope();
        using var tensor = file.Read(key, ScalarType.Float32);
        hash.AppendData(Encoding.UTF8.GetBytes($"{name} {string.Join(',', tensor.shape)}\n"));
        hash.AppendData(tensor.bytes);
    }

    private static string Finish(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
