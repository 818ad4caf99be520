using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>How a parameter starts when there is no checkpoint to read it from.</summary>
public enum ParameterInit
{
    /// <summary>Normal, mean 0, standard deviation 0.02: matrices and embeddings of a transformer.</summary>
    Normal,

    /// <summary>Uniform in ±1/√fan-in, fan-in = product of all dimensions but the first: convolutions.</summary>
    FanIn,

    /// <summary>All ones: weights of norms.</summary>
    Ones,

    /// <summary>All zeros: biases, and layers that start by doing nothing.</summary>
    Zeros,
}

/// <summary>
/// Where the parameters of a network come from while it is built: a checkpoint's files, or seeded random numbers.
/// </summary>
public interface IParameterSource
{
    /// <summary>Gives one parameter; each name may be taken once.</summary>
    /// <param name="name">The full key, as it stands in a checkpoint's file (<c>transformer_layers.0.attn1.to_q.weight</c>).</param>
    /// <param name="shape">The shape that the network's configuration asks for.</param>
    /// <param name="init">How it starts when the source makes parameters rather than reads them.</param>
    /// <returns>A tensor that the caller owns, outside any dispose scope.</returns>
    /// <exception cref="BrokenInputException">The source lacks the name, or has it in another shape.</exception>
    Tensor Take(string name, ReadOnlySpan<long> shape, ParameterInit init);

    /// <summary>Gives a matrix for an int8 layer; instead of <see cref="Take"/>, for the same name.</summary>
    /// <param name="name">The full key.</param>
    /// <param name="outputs">Its rows.</param>
    /// <param name="inputs">Its columns.</param>
    /// <returns>
    /// The matrix, the caller's, outside any dispose scope; null where numbers are wanted, and the name is to be taken as such.
    /// </returns>
    /// <exception cref="BrokenInputException">The source lacks the name, or has it in another shape.</exception>
    StoredMatrix? TakeMatrix(string name, long outputs, long inputs) => null;
}
