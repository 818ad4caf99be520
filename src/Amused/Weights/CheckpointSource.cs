using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// Parameters from a checkpoint's safetensors files: one, or several where the weights are sharded. Each key is given once, checked
/// for its shape, in the asked-for precision and on the asked-for device; <see cref="ThrowIfLeftOver()"/> tells what nobody took.
/// </summary>
public sealed class CheckpointSource : IParameterSource, IDisposable
{
    private const long RowsAtOnce = 256;

    private readonly List<MappedTensors> files = [];
    private readonly Dictionary<string, (MappedTensors File, SafetensorsEntry Entry)> left = [];
    private readonly HashSet<string> taken = [];
    private readonly ScalarType precision;
    private readonly Device? device;
    private readonly bool areOwnCopies, asInt8;

    /// <summary>Opens the files and reads their headers; tensors are read when they are taken.</summary>
    /// <param name="paths">The safetensors files; a key may stand in one of them only.</param>
    /// <param name="precision">The floating-point type that parameters are wanted in.</param>
    /// <param name="device">Where they are wanted; null: the CPU.</param>
    /// <param name="rename">
    /// The network's key for a file's key, or null when the network has no use for it (<see cref="CheckpointKeys"/>). By default keys are
    /// taken as they stand.
    /// </param>
    /// <param name="areOwnCopies">
    /// Whether parameters are to be copies even where the file could be mapped: for training, which writes to them.
    /// </param>
    /// <param name="asInt8">Whether layers that can multiply bytes get bytes.</param>
    /// <exception cref="BrokenInputException">
    /// A file is missing or damaged, or two of them (or two renamed keys) give the same parameter.
    /// </exception>
    /// <remarks>
    /// Files may hold matrices as signed bytes with a scale for each row, under the matrix's key and the same with <c>_scale</c>. Where
    /// numbers are wanted, they are made of both.
    /// </remarks>
    public CheckpointSource(
        IEnumerable<string> paths, ScalarType precision = ScalarType.Float32, Device? device = null, Func<string, string?>? rename = null,
        bool areOwnCopies = false, bool asInt8 = false)
    {
        (this.areOwnCopies, this.asInt8) = (areOwnCopies, asInt8);
        this.precision = precision;
        this.device = device;
        foreach (var path in paths)
            Add(new MappedTensors(SafetensorsFile.Open(path)), rename ?? (key => key));
    }

    /// <summary>The files, with their headers.</summary>
    internal IEnumerable<SafetensorsFile> Files => files.Select(file => file.File);

    /// <summary>Where the parameters come from, for messages: the first file's path.</summary>
    private string Origin =>
        files.Count == 0 ? "no file" : files.Count == 1 ? files[0].File.Path : $"{files[0].File.Path} and {files.Count - 1} more";

    /// <inheritdoc/>
    public Tensor Take(string name, ReadOnlySpan<long> shape, ParameterInit init)
    {
        var (file, entry) = Find(name, shape);
        return entry.Dtype == SafetensorsDtype.I8
            ? Numbers(name, file, entry)
            : CheckpointFaults.Numeric(file, entry).Read(entry.Name, precision, device, areOwnCopies);
    }

    /// <inheritdoc/>
    public StoredMatrix? TakeMatrix(string name, long outputs, long inputs)
    {
        if (!asInt8)
            return null;
        // Not views: each page of a map that is read once, to be packed, would stay in memory.
        var (file, entry) = Find(name, [outputs, inputs]);
        return entry.Dtype == SafetensorsDtype.I8
            ? new(file.Read(entry.Name, isOwnCopy: true), Scales(name, entry))
            : new(CheckpointFaults.Numeric(file, entry).Read(entry.Name, ScalarType.Float32, isOwnCopy: true), null);
    }

    /// <summary>Refuses a checkpoint with parameters that the network did not take: it belongs to another configuration.</summary>
    /// <exception cref="BrokenInputException">There are such keys; the message names the first ones and how many there are.</exception>
    public void ThrowIfLeftOver() => CheckpointFaults.ThrowIfLeftOver(left.Values);

    /// <summary>Closes the files; parameters that were taken stay good.</summary>
    public void Dispose()
    {
        foreach (var file in files)
            file.Dispose();
        files.Clear();
        left.Clear();
    }

    private (MappedTensors File, SafetensorsEntry Entry) Find(string name, ReadOnlySpan<long> shape)
    {
        if (!left.Remove(name, out var found))
        {
            if (taken.Contains(name))
                throw new InvalidOperationException($"The parameter {name} was taken twice.");
            throw CheckpointFaults.Missing(Origin, name, shape);
        }
        taken.Add(name);
        CheckpointFaults.ThrowIfMisshaped(found.File, found.Entry, shape);
        return found;
    }

    /// <summary>The scales of a matrix of bytes, [out] float32.</summary>
    private Tensor Scales(string name, SafetensorsEntry matrix)
    {
        var (file, entry) = Find($"{name}{StoredMatrix.ScaleSuffix}", [matrix.Shape[0]]);
        return CheckpointFaults.Numeric(file, entry).Read(entry.Name, ScalarType.Float32, isOwnCopy: true);
    }

    /// <summary>A matrix of bytes as numbers, made in float32 some rows at a time.</summary>
    private Tensor Numbers(string name, MappedTensors file, SafetensorsEntry entry)
    {
        if (entry.Shape.Count != 2)
            throw FileFault.Of(file.File.Path,
                $"the key {FileFault.Quote(entry.Name)} has bytes of shape {FileFault.Shape([.. entry.Shape])}; only matrices are "
                + "kept as bytes");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var values = file.Read(entry.Name, isOwnCopy: true);
        using var scales = Scales(name, entry);
        var numbers = empty([.. entry.Shape], precision, device);
        for (long row = 0; row < entry.Shape[0]; row += RowsAtOnce)
        {
            using var part = NewDisposeScope();
            var count = Math.Min(RowsAtOnce, entry.Shape[0] - row);
            numbers.narrow(0, row, count)
                .copy_(values.narrow(0, row, count).to(ScalarType.Float32).mul_(scales.narrow(0, row, count).unsqueeze(1)));
        }
        return numbers.DetachFromDisposeScope();
    }

    private void Add(MappedTensors file, Func<string, string?> rename)
    {
        files.Add(file);
        foreach (var entry in file.File.Entries.Values)
        {
            if (rename(entry.Name) is { } name && !left.TryAdd(name, (file, entry)))
                throw FileFault.Of(file.File.Path,
                    $"the key {FileFault.Quote(entry.Name)} stands also in {left[name].File.File.Path}, as "
                    + $"{FileFault.Quote(left[name].Entry.Name)}");
        }
    }
}
