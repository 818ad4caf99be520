using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// A place in a network's tree of names, through which its layers take their parameters. Scopes join by dots, as checkpoint keys do,
/// so the key is written where the layer is made.
/// </summary>
public sealed class ParameterBuilder
{
    private readonly IParameterSource source;
    private readonly ParameterSet owner;
    private readonly string prefix;
    private readonly CancellationToken cancellation;
    private readonly bool asNumbers;

    /// <summary>Starts at the root of a network.</summary>
    /// <param name="source">Where the parameters come from.</param>
    /// <param name="owner">Keeps every parameter that is taken, under its full name.</param>
    /// <param name="cancellation">Stops the building before the next parameter.</param>
    public ParameterBuilder(IParameterSource source, ParameterSet owner, CancellationToken cancellation = default) : this(source, owner,
        "", cancellation) { }

    private ParameterBuilder(IParameterSource source, ParameterSet owner, string prefix, CancellationToken cancellation,
        bool asNumbers = false)
    {
        this.source = source;
        this.owner = owner;
        this.prefix = prefix;
        this.cancellation = cancellation;
        this.asNumbers = asNumbers;
    }

    /// <summary>The place one level down: <c>builder["attn1"]["to_q"]</c>.</summary>
    public ParameterBuilder this[string name] => new(source, owner, $"{prefix}{name}.", cancellation, asNumbers);

    /// <summary>The place of a numbered child: <c>builder["transformer_layers"][3]</c>.</summary>
    public ParameterBuilder this[int index] => this[index.ToString(System.Globalization.CultureInfo.InvariantCulture)];

    /// <summary>The same place, below which no layer multiplies bytes.</summary>
    internal ParameterBuilder AsNumbers() => new(source, owner, prefix, cancellation, asNumbers: true);

    /// <summary>This place's full name; empty at the root.</summary>
    internal string Path => prefix.TrimEnd('.');

    /// <summary>Makes the layer of this place findable by its name, in <see cref="ParameterSet.Layers{T}"/>.</summary>
    public void Register(object layer) => owner.Register(Path, layer);

    /// <summary>Takes the parameter <paramref name="name"/> of this place; the network's <see cref="ParameterSet"/> owns it.</summary>
    /// <param name="name">The last part of the key: <c>weight</c>, <c>bias</c>, ….</param>
    /// <param name="init">How it starts when there is nothing to read it from.</param>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="BrokenInputException">The source lacks the name, or has it in another shape.</exception>
    /// <exception cref="OperationCanceledException">The building was stopped.</exception>
    public Tensor Take(string name, ParameterInit init, params ReadOnlySpan<long> shape)
    {
        cancellation.ThrowIfCancellationRequested();
        var key = prefix + name;
        return owner.Add(key, source.Take(key, shape, init));
    }

    /// <summary>
    /// Takes the matrix <paramref name="name"/> of this place for an int8 layer: the caller's, to be kept by <see cref="Keep"/> in the form
    /// that it is used in.
    /// </summary>
    /// <param name="name">The last part of the key.</param>
    /// <param name="outputs">Its rows.</param>
    /// <param name="inputs">Its columns.</param>
    /// <returns>The matrix; null where it is to be taken as numbers, by <see cref="Take"/>.</returns>
    /// <exception cref="BrokenInputException">The source lacks the name, or has it in another shape.</exception>
    /// <exception cref="OperationCanceledException">The building was stopped.</exception>
    internal StoredMatrix? TakeMatrix(string name, long outputs, long inputs)
    {
        cancellation.ThrowIfCancellationRequested();
        return asNumbers ? null : source.TakeMatrix(prefix + name, outputs, inputs);
    }

    /// <summary>Gives a tensor to the network's <see cref="ParameterSet"/> under a name of this place.</summary>
    internal Tensor Keep(string name, Tensor tensor) => owner.Add(prefix + name, tensor);
}
