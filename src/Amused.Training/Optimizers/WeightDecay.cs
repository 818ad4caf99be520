using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Says whether a parameter decays.</summary>
/// <param name="name">Its checkpoint key.</param>
/// <param name="parameter">The parameter.</param>
public delegate bool WeightDecayRule(string name, Tensor parameter);

/// <summary>Rules on which parameters decay.</summary>
internal static class WeightDecay
{
    private static readonly string[] vectors = ["bias", "gamma", "beta"];

    /// <summary>All but norms, biases and embeddings: what is left are matrices and convolution kernels. The default.</summary>
    public static WeightDecayRule OfMatrices { get; } = (name, parameter) =>
    {
        var parts = name.Split('.');
        return parameter.dim() > 1
            && !vectors.Contains(parts[^1])
            && !(parts.Length > 1 && (parts[^2].EndsWith("embedding", StringComparison.Ordinal) || parts[^2].EndsWith("embeddings", StringComparison.Ordinal)));
    };

    /// <summary>All but the parameters whose names contain one of the given parts.</summary>
    public static WeightDecayRule Except(params IReadOnlyList<string> parts) =>
        (name, _) => !parts.Any(part => name.Contains(part, StringComparison.Ordinal));
}
