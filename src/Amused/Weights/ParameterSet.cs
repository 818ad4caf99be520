using System.Collections;
using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>The parameters of one network by their checkpoint keys, in the order in which the network asked for them. Owns them.</summary>
public sealed class ParameterSet : IReadOnlyCollection<KeyValuePair<string, Tensor>>, IDisposable
{
    private readonly OrderedDictionary<string, Tensor> tensors = [];

    /// <summary>The parameter of that key.</summary>
    /// <exception cref="KeyNotFoundException">The network has no such parameter.</exception>
    public Tensor this[string name] => tensors[name];

    /// <summary>How many tensors there are.</summary>
    public int Count => tensors.Count;

    /// <summary>How many numbers they hold together.</summary>
    public long ElementCount => tensors.Values.Sum(tensor => tensor.numel());

    /// <summary>How many bytes they take together.</summary>
    public long ByteCount => tensors.Values.Sum(tensor => tensor.numel() * tensor.element_size());

    internal Tensor Add(string name, Tensor tensor)
    {
        tensors.Add(name, tensor);
        return tensor;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Frees every parameter.</summary>
    public void Dispose()
    {
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
        tensors.Clear();
    }
}
