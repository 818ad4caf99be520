using Amused.Networks.UVit;
using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Text;
using Amused.Weights;

namespace Amused.Cli.Reports;

/// <summary>What a checkpoint holds, from its configs and the headers of its weights alone.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Pipeline">The pipeline's class.</param>
/// <param name="Components">Its parts.</param>
/// <param name="DefaultSide">Width and height of a picture when nothing is asked for, in pixels.</param>
/// <param name="SizeMultiple">Sides must be multiples of this.</param>
/// <param name="CodebookSize">How many codes a picture is made of.</param>
/// <param name="MaxTokens">How many tokens of a prompt count, start and end among them.</param>
/// <param name="Defaults">Steps, guidance and temperature when nothing is asked for.</param>
/// <param name="Words">The words that the model knows; null: the checkpoint doesn't say.</param>
/// <param name="Auto">What the precision is on this processor when nothing is asked for.</param>
internal sealed record CheckpointReport(
    string Path, string Pipeline, IReadOnlyList<ComponentReport> Components, int DefaultSide, int SizeMultiple, int CodebookSize,
    int MaxTokens, GenerationDefaults Defaults,
    KnownWords? Words, PrecisionChoice Auto)
{
    private static readonly string[] Order = ["text_encoder", "transformer", "vqvae", "tokenizer", "scheduler"];

    /// <exception cref="BrokenInputException">The folder is no checkpoint, or a file of it is missing or broken.</exception>
    public static CheckpointReport Read(string folder)
    {
        var checkpoint = CheckpointFolder.Open(folder);
        var index = checkpoint.ReadIndex();
        var components = index.Components
            .Where(component => checkpoint.Has(component.Key))
            .OrderBy(component => Array.IndexOf(Order, component.Key) is >= 0 and var place ? place : Order.Length)
            .Select(component => ComponentReport.Read(checkpoint, component.Key, component.Value))
            .ToList();
        var uvit = ConfigJson.Read<UVit2DConfig>(checkpoint.ConfigPath("transformer"));
        var vq = ConfigJson.Read<VqModelConfig>(checkpoint.ConfigPath("vqvae"));
        var tokenizer = ClipTokenizer.Load(checkpoint.ComponentPath("tokenizer"));
        return new(
            folder, index.ClassName, components,
            uvit.SampleSize * vq.DownsamplingFactor, vq.DownsamplingFactor * (uvit.Downsample ? 2 : 1), uvit.CodebookSize,
            tokenizer.MaxLength,
            GenerationDefaults.Read(folder), KnownWords.Read(folder),
            PrecisionChoice.Of(Precision.Auto, DeviceArithmetic.OfProcessor,
            components.Any(component => component.Name == "transformer" && component.IsQuantized)));
    }
}

/// <summary>One part of a checkpoint.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="ClassName">Its class in the published implementation.</param>
/// <param name="Weights">Its weights, a line for each variant; none for the tokenizer and the scheduler.</param>
internal sealed record ComponentReport(string Name, string ClassName, IReadOnlyList<WeightsReport> Weights)
{
    /// <summary>Whether its weights are kept as bytes: the plain files', or those of its only variant.</summary>
    public bool IsQuantized =>
        (Weights.FirstOrDefault(weights => weights.Variant is null)
            ?? Weights.FirstOrDefault())?.Dtypes.Contains(SafetensorsDtype.I8.FileName()) ?? false;

    public static ComponentReport Read(CheckpointFolder checkpoint, string name, string className) =>
        new(name, className, [.. checkpoint.Variants(name).Select(variant => WeightsReport.Read(checkpoint, name, variant))]);
}

/// <summary>One variant of a part's weights.</summary>
/// <param name="Variant">The word in its file names; null for the plain files.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">What they take on disk.</param>
/// <param name="Parameters">How many numbers they hold.</param>
/// <param name="Dtypes">In which types, the most frequent first.</param>
internal sealed record WeightsReport(string? Variant, int Files, long Bytes, long Parameters, IReadOnlyList<string> Dtypes)
{
    public static WeightsReport Read(CheckpointFolder checkpoint, string component, string? variant)
    {
        var paths = checkpoint.FindWeights(component, variant).Paths;
        var files = paths.Select(SafetensorsFile.Open).ToList();
        // Whole numbers are buffers (position_ids), not parameters; bytes are matrices, and their scales no parameters.
        var entries = files.SelectMany(file => file.Entries.Values)
            .Where(entry =>
                (entry.Dtype.IsFloatingPoint() || entry.Dtype == SafetensorsDtype.I8)
                    && !entry.Name.EndsWith($".weight{StoredMatrix.ScaleSuffix}", StringComparison.Ordinal))
            .ToList();
        return new(variant, paths.Count, paths.Sum(path => RealFile.At(path).Length), entries.Sum(entry => entry.ElementCount),
            [.. entries.GroupBy(entry => entry.Dtype).OrderByDescending(group => group.Sum(entry => entry.ElementCount))
                .Select(group => group.Key.FileName())]);
    }
}
