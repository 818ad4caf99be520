using Amused.Weights;

namespace Amused.Tests;

/// <summary>The forms in which checkpoints are published, each made of a tiny model.</summary>
internal static class PublishedLayouts
{
    private static readonly Dictionary<string, (string? Variant, Action<string> Make)> Layouts = new()
    {
        ["plain, the text encoder's and the tokenizer's files of today"] = (null, to => Copy(TinyPipeline.Folder256, to)),
        ["plain, with older tokenizer files and a position_ids buffer"] = (null, to => Copy(TinyPipeline.Folder512, to)),
        ["plain files beside those of a variant"] = (null, to => Copy(TinyPipeline.Folder256, to, "")),
        ["a variant beside plain files"] = ("fp16", to => Copy(TinyPipeline.Folder256, to, "")),
        ["a variant alone"] = ("fp16", to => Copy(TinyPipeline.Folder256, to, "fp16")),
        ["shards with an index"] = (null, to => Rewrite(to, shardSize: 100_000)),
        ["a variant's shards with an index"] = ("fp16", to => Rewrite(to, shardSize: 100_000, "fp16")),
        ["a text encoder without its keys' prefix"] =
            (null, to => Rewrite(to, rename: key => key.Replace("text_model.", "", StringComparison.Ordinal))),
    };

    public static IEnumerable<string> Names => Layouts.Keys;

    /// <summary>Makes a checkpoint of that form.</summary>
    /// <returns>The variant that it is to be loaded with.</returns>
    public static string? Make(string name, string folder)
    {
        Layouts[name].Make(folder);
        return Layouts[name].Variant;
    }

    /// <summary>Copies a checkpoint.</summary>
    /// <param name="from">The checkpoint.</param>
    /// <param name="to">Where to.</param>
    /// <param name="variant">The one variant whose weights are taken; null: the plain ones; empty: all.</param>
    public static void Copy(string from, string to, string? variant = null)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(from, path);
            if (variant != "" && WeightFileName.Parse(Path.GetFileName(path)) is { } weights && weights.Variant != variant)
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
            File.Copy(path, Path.Combine(to, name));
        }
    }

    private static void Rewrite(string folder, long shardSize = long.MaxValue, string? variant = null, Func<string, string>? rename = null)
    {
        Copy(TinyPipeline.Folder256, folder, variant);
        foreach (var (component, stem) in new[] { ("transformer", WeightWriter.DiffusersStem), ("vqvae", WeightWriter.DiffusersStem),
            ("text_encoder", WeightWriter.TransformersStem) })
        {
            var path = Path.Combine(folder, component);
            var file = SafetensorsFile.Open(CheckpointFolder.Open(folder).FindWeights(component, variant).Paths.Single());
            WeightWriter.Write(path, stem,
                [.. file.Entries.Values.Select(entry =>
                SafetensorsTensor.Of(rename?.Invoke(entry.Name) ?? entry.Name, entry.Dtype, entry.Shape, file.ReadBytes(entry.Name)))],
                variant, shardSize);
        }
    }
}
