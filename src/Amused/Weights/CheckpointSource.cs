using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// Parameters from a checkpoint's safetensors files: one, or several where the weights are sharded. Each key is given once, checked
/// for its shape, in the asked-for precision and on the asked-for device; <see cref="ThrowIfLeftOver"/> tells what nobody took.
/// </summary>
public sealed class CheckpointSource : IParameterSource, IDisposable
{
    private const int NamesInMessage = 4;

    private readonly List<MappedTensors> files = [];
    private readonly Dictionary<string, (MappedTensors File, SafetensorsEntry Entry)> left = [];
    private readonly HashSet<string> taken = [];
    private readonly ScalarType precision;
    private readonly Device? device;
    private readonly bool areOwnCopies;

    /// <summary>Opens the files and reads their headers; tensors are read when they are taken.</summary>
    /// <param name="paths">The safetensors files; a key may stand in one of them only.</param>
    /// <param name="precision">The floating-point type that parameters are wanted in. Integer buffers stay as they are.</param>
    /// <param name="device">Where they are wanted; null: the CPU.</param>
    /// <param name="rename">
    /// The network's key for a file's key, or null when the network has no use for it (<see cref="CheckpointKeys"/>). By default keys are taken as they stand.
    /// </param>
    /// <param name="areOwnCopies">Whether parameters are to be copies even where the file could be mapped: for training, which writes to them.</param>
    /// <exception cref="BrokenInputException">A file is missing or damaged, or two of them (or two renamed keys) give the same parameter.</exception>
    public CheckpointSource(IEnumerable<string> paths, ScalarType precision = ScalarType.Float32, Device? device = null, Func<string, string?>? rename = null, bool areOwnCopies = false)
    {
        this.areOwnCopies = areOwnCopies;
        this.precision = precision;
        this.device = device;
        foreach (var path in paths)
            Add(new MappedTensors(SafetensorsFile.Open(path)), rename ?? (key => key));
    }

    /// <summary>The files, with their headers.</summary>
    internal IEnumerable<SafetensorsFile> Files => files.Select(file => file.File);

    /// <summary>Where the parameters come from, for messages: the first file's path.</summary>
    private string Origin => files.Count == 0 ? "no file" : files.Count == 1 ? files[0].File.Path : $"{files[0].File.Path} and {files.Count - 1} more";

    /// <inheritdoc/>
    public Tensor Take(string name, ReadOnlySpan<long> shape, ParameterInit init)
    {
        if (!left.Remove(name, out var found))
        {
            if (taken.Contains(name))
                throw new InvalidOperationException($"The parameter {name} was taken twice.");
            throw FileFault.Of(Origin, $"the key {FileFault.Quote(name)} is missing, of shape {FileFault.Shape(shape)} by the configuration");
        }
        taken.Add(name);
        var (file, entry) = found;
        if (!shape.SequenceEqual([.. entry.Shape]))
            throw FileFault.Of(file.File.Path, $"the key {FileFault.Quote(entry.Name)} has shape {FileFault.Shape([.. entry.Shape])}, but the configuration asks for {FileFault.Shape(shape)}");
        return file.Read(entry.Name, precision, device, areOwnCopies);
    }

    /// <summary>Refuses a checkpoint with parameters that the network did not take: it belongs to another configuration.</summary>
    /// <exception cref="BrokenInputException">There are such keys; the message names the first ones and how many there are.</exception>
    public void ThrowIfLeftOver()
    {
        if (left.Count == 0)
            return;
        var names = left.Values.Select(found => FileFault.Quote(found.Entry.Name)).Order(StringComparer.Ordinal).Take(NamesInMessage);
        var more = left.Count > NamesInMessage ? $" and {left.Count - NamesInMessage} more" : "";
        throw FileFault.Of(left.Values.First().File.File.Path, $"{left.Count} left-over key{(left.Count > 1 ? "s" : "")} that the configuration has no place for: {string.Join(", ", names)}{more}");
    }

    /// <summary>Closes the files; parameters that were taken stay good.</summary>
    public void Dispose()
    {
        foreach (var file in files)
            file.Dispose();
        files.Clear();
        left.Clear();
    }

    private void Add(MappedTensors file, Func<string, string?> rename)
    {
        files.Add(file);
        foreach (var entry in file.File.Entries.Values)
        {
            if (rename(entry.Name) is { } name && !left.TryAdd(name, (file, entry)))
                throw FileFault.Of(file.File.Path, $"the key {FileFault.Quote(entry.Name)} stands also in {left[name].File.File.Path}, as {FileFault.Quote(left[name].Entry.Name)}");
        }
    }
}
