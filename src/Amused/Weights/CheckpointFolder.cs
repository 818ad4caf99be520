using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// A checkpoint in the <c>diffusers</c> layout: a folder with <c>model_index.json</c> and one folder for each part, each of
/// which can be read by itself.
/// </summary>
public sealed class CheckpointFolder
{
    private CheckpointFolder(string path) => Path = path;

    /// <summary>The folder's path, as it was given.</summary>
    public string Path { get; }

    /// <summary>Takes a folder; its content is looked at when it is asked for.</summary>
    /// <exception cref="BrokenInputException">There is no such folder.</exception>
    public static CheckpointFolder Open(string path)
    {
        if (Directory.Exists(path))
            return new(path);
        throw FileFault.Of(path, File.Exists(path)
            ? "is a file; a checkpoint is a folder with model_index.json in it"
            : "there is no such folder");
    }

    /// <summary>Reads <c>model_index.json</c>.</summary>
    /// <exception cref="BrokenInputException">It is missing (the folder is no checkpoint then) or damaged.</exception>
    public ModelIndex ReadIndex() => ModelIndex.Read(FilePath("model_index.json")
        ?? throw FileFault.Of(Path, "has no model_index.json; a checkpoint in the diffusers layout has one"));

    /// <summary>Whether the checkpoint has a folder for that part (<c>transformer</c>, <c>vqvae</c>, …).</summary>
    public bool Has(string component) => Directory.Exists(System.IO.Path.Combine(Path, component));

    /// <summary>The folder of a part.</summary>
    /// <exception cref="BrokenInputException">There is none.</exception>
    public string ComponentPath(string component) => Has(component)
        ? System.IO.Path.Combine(Path, component)
        : throw FileFault.Of(Path, $"has no folder {FileFault.Quote(component)}; a checkpoint in the diffusers layout has one");

    /// <summary>A part's configuration: <c>config.json</c>, or <c>scheduler_config.json</c> in the scheduler's folder.</summary>
    /// <exception cref="BrokenInputException">There is none.</exception>
    public string ConfigPath(string component)
    {
        var folder = ComponentPath(component);
        return FilePath(component, "config.json") ?? FilePath(component, $"{component}_config.json")
            ?? throw FileFault.Of(folder, component == "scheduler" ? "has no scheduler_config.json" : "has no config.json");
    }

    /// <summary>The variants in which a part's weights are there; null stands for the plain files.</summary>
    /// <exception cref="BrokenInputException">The part has no folder.</exception>
    public IReadOnlyList<string?> Variants(string component) => WeightFiles.Variants(ComponentPath(component));

    /// <summary>The files of a part's weights.</summary>
    /// <param name="component">The part's folder.</param>
    /// <param name="variant">The word before the extension (<c>fp16</c>); null for the plain files.</param>
    /// <exception cref="BrokenInputException">There are none of that variant; the message says which there are.</exception>
    public WeightFiles FindWeights(string component, string? variant = null) => WeightFiles.Find(ComponentPath(component), variant);

    /// <summary>Whether a part's weights are kept as bytes, with a scale for each row.</summary>
    /// <param name="component">The part's folder.</param>
    /// <param name="variant">The word before the extension; null for the plain files.</param>
    /// <exception cref="BrokenInputException">There are none of that variant, or they are damaged.</exception>
    public bool IsQuantized(string component, string? variant = null) =>
        FindWeights(component, variant).Paths.Any(path =>
            SafetensorsFile.Open(path).Entries.Values.Any(entry => entry.Dtype == SafetensorsDtype.I8));

    /// <summary>Opens a part's weights for the network that takes its parameters from them.</summary>
    /// <param name="component">The part's folder.</param>
    /// <param name="variant">The word before the extension (<c>fp16</c>); null for the plain files.</param>
    /// <param name="precision">The floating-point type that parameters are wanted in.</param>
    /// <param name="device">Where they are wanted; null: the CPU.</param>
    /// <param name="rename">The network's key for a file's key; see <see cref="CheckpointKeys"/>.</param>
    /// <param name="areOwnCopies">
    /// Whether parameters are to be copies even where the file could be mapped: for training, which writes to them.
    /// </param>
    /// <param name="asInt8">Whether layers that can multiply bytes get bytes.</param>
    /// <exception cref="BrokenInputException">There are none of that variant, or they are damaged.</exception>
    public CheckpointSource OpenWeights(
        string component, string? variant = null, ScalarType precision = ScalarType.Float32, Device? device = null,
        Func<string, string?>? rename = null, bool areOwnCopies = false,
        bool asInt8 = false)
    {
        var files = FindWeights(component, variant);
        CheckpointSource source = new(files.Paths, precision, device, rename, areOwnCopies, asInt8);
        if (files.IndexPath is not null)
            ShardIndex.Read(files.IndexPath).Check(source.Files);
        return source;
    }

    private string? FilePath(params ReadOnlySpan<string> parts)
    {
        var path = System.IO.Path.Combine([Path, .. parts]);
        return File.Exists(path) ? path : null;
    }
}
