using Amused.Networks.Kernels;
using Amused.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Amused;

/// <summary>The tensors of a network's files as a quantised checkpoint has them; each is read and converted when it is written.</summary>
internal sealed class QuantizedTensors : IDisposable
{
    private readonly List<MappedTensors> files = [];
    private readonly Dictionary<string, (MappedTensors File, SafetensorsEntry Entry)> entries = [];
    private readonly Outline outline = new();

    /// <summary>Opens the files and finds out which matrices the network multiplies as bytes.</summary>
    /// <param name="weights">The files.</param>
    /// <param name="rename">The network's key for a file's key; null: as it stands.</param>
    /// <param name="build">Builds the network.</param>
    /// <exception cref="BrokenInputException">A file is missing or damaged, or the network isn't the files'.</exception>
    public QuantizedTensors(WeightFiles weights, Func<string, string?>? rename, Action<ParameterBuilder> build)
    {
        foreach (var file in weights.Paths.Select(path => new MappedTensors(SafetensorsFile.Open(path))))
        {
            files.Add(file);
            foreach (var entry in file.File.Entries.Values)
                if ((rename is null ? entry.Name : rename(entry.Name)) is { } name && !entries.TryAdd(name, (file, entry)))
                    throw FileFault.Of(file.File.Path,
                        $"the key {FileFault.Quote(entry.Name)} stands also in {entries[name].File.File.Path}");
        }
        using var parameters = new ParameterSet();
        build(new(outline, parameters));
        foreach (var (name, shape) in outline.Shapes)
            Require(weights, name, shape);
        CheckpointFaults.ThrowIfLeftOver([.. entries.Where(entry => !outline.Shapes.ContainsKey(entry.Key) && !IsScale(entry.Key))
            .Select(entry => entry.Value)]);
    }

    /// <summary>All tensors, in the network's order.</summary>
    public IEnumerable<SafetensorsTensor> All() =>
        outline.Shapes.Keys.SelectMany(name => Of(name, entries[name].File, entries[name].Entry));

    /// <summary>Closes the files.</summary>
    public void Dispose() => files.ForEach(file => file.Dispose());

    private void Require(WeightFiles weights, string name, long[] shape)
    {
        if (!entries.TryGetValue(name, out var found))
            throw CheckpointFaults.Missing(weights.Paths[0], name, shape);
        CheckpointFaults.ThrowIfMisshaped(found.File, found.Entry, shape);
        if (IsBytes(name))
            Require(weights, ScaleOf(name), [shape[0]]);
        else
            CheckpointFaults.Numeric(found.File, found.Entry);
    }

    /// <summary>Whether a matrix is quantised already.</summary>
    private bool IsBytes(string name) =>
        outline.Shapes.TryGetValue(name, out var shape) && shape.Length == 2 && entries[name].Entry.Dtype == SafetensorsDtype.I8;

    private bool IsScale(string name) =>
        name.EndsWith(StoredMatrix.ScaleSuffix, StringComparison.Ordinal) && IsBytes(name[..^StoredMatrix.ScaleSuffix.Length]);

    private static string ScaleOf(string name) => $"{name}{StoredMatrix.ScaleSuffix}";

    private IEnumerable<SafetensorsTensor> Of(string name, MappedTensors file, SafetensorsEntry entry)
    {
        var scaleName = ScaleOf(name);
        if (IsBytes(name))
        {
            var scale = entries[scaleName];
            yield return Lazy(name, SafetensorsDtype.I8, entry.Shape, () => file.Read(entry.Name));
            yield return Lazy(scaleName, SafetensorsDtype.F32, scale.Entry.Shape, () =>
                scale.File.Read(scale.Entry.Name, ScalarType.Float32));
        }
        else if (outline.Matrices.Contains(name))
        {
            // Quantised once for each of the two: the file's order may put all scales before all matrices.
            yield return Lazy(name, SafetensorsDtype.I8, entry.Shape, () => Quantize(file, entry).Values);
            yield return Lazy(scaleName, SafetensorsDtype.F32, [entry.Shape[0]], () => Quantize(file, entry).Scales);
        }
        else
            yield return Lazy(name, SafetensorsDtype.BF16, entry.Shape, () => file.Read(entry.Name, ScalarType.BFloat16));
    }

    private static (Tensor Values, Tensor Scales) Quantize(MappedTensors file, SafetensorsEntry entry)
    {
        using var numbers = file.Read(entry.Name, ScalarType.Float32, isOwnCopy: true);
        return Int8Weight.Quantize(numbers);
    }

    private static SafetensorsTensor Lazy(string name, SafetensorsDtype type, IReadOnlyList<long> shape, Func<Tensor> read) =>
        new(name, type, shape, stream =>
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var tensor = read();
        SafetensorsTensor.Of(name, tensor).WriteTo(stream);
    });

    /// <summary>A source without numbers that notes what a network asks for.</summary>
    private sealed class Outline : IParameterSource
    {
        /// <summary>The shape of each parameter, in the network's order.</summary>
        public OrderedDictionary<string, long[]> Shapes { get; } = [];

        /// <summary>The names of those that are multiplied as bytes.</summary>
        public HashSet<string> Matrices { get; } = [];

        public Tensor Take(string name, ReadOnlySpan<long> shape, ParameterInit init)
        {
            Shapes.Add(name, shape.ToArray());
            return empty(shape.ToArray(), device: device(DeviceType.META)).DetachFromDisposeScope();
        }

        public StoredMatrix? TakeMatrix(string name, long outputs, long inputs)
        {
            Matrices.Add(name);
            return null;
        }
    }
}
