using System.Collections;
using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// The parameters of one network by their checkpoint keys, in the order in which the network asked for them. Owns them. Knows also the
/// layers that can be changed once the network is built, by the names that their keys begin with.
/// </summary>
public sealed class ParameterSet : IReadOnlyCollection<KeyValuePair<string, Tensor>>, IDisposable
{
    private readonly OrderedDictionary<string, Tensor> tensors = [];
    private readonly OrderedDictionary<string, object> layers = [];

    /// <summary>The parameter of that key.</summary>
    /// <exception cref="KeyNotFoundException">The network has no such parameter.</exception>
    public Tensor this[string name] => tensors[name];

    /// <summary>How many tensors there are.</summary>
    public int Count => tensors.Count;

    /// <summary>How many numbers they hold together.</summary>
    public long ElementCount => tensors.Values.Sum(tensor => tensor.numel());

    /// <summary>How many bytes they take together.</summary>
    public long ByteCount => tensors.Values.Sum(tensor => tensor.numel() * tensor.element_size());

    /// <summary>
    /// The registered layers of one kind by their names (<c>transformer_layers.0.attn1.to_q</c>), in the order in which they were made.
    /// </summary>
    public IEnumerable<KeyValuePair<string, T>> Layers<T>() where T : class
    {
        foreach (var (name, layer) in layers)
            if (layer is T wanted)
                yield return new(name, wanted);
    }

    internal void Register(string name, object layer) => layers.Add(name, layer);

    internal Tensor Add(string name, Tensor tensor)
    {
        tensors.Add(name, tensor);
        return tensor;
    }

    /// <summary>Puts another tensor in a parameter's place; the caller owns the one that was there.</summary>
    internal Tensor Exchange(string name, Tensor tensor)
    {
        var previous = tensors[name];
        tensors[name] = tensor;
        return previous;
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
