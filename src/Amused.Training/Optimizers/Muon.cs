using static TorchSharp.torch;

namespace Amused.Training.Optimizers;

/// <summary>
/// Muon (Jordan et al., 2024): matrices move along the mean of their gradients made orthogonal, so that directions which seldom show in gradients are learnt as fast as
/// others. What is no matrix is <see cref="AdamW"/>'s. A step on a matrix costs some products as wide as its shorter side; small networks of convolutions need several times fewer steps for it.
/// </summary>
public sealed class Muon : IOptimizer
{
    // The quintic that the authors chose: it takes singular values from (0, 1] to near 1 in five rounds.
    private const double A = 3.4445, B = -4.7750, C = 2.0315;
    private const int Rounds = 5;
    private const double LeastLength = 1e-7;

    private readonly MuonOptions options;
    private readonly List<(string Name, Tensor Parameter, Tensor Mean)> matrices;
    private readonly AdamW? others;

    /// <summary>Starts without any momentum.</summary>
    /// <param name="parameters">What is trained, by checkpoint key: float32 leaves that require gradients.</param>
    /// <param name="options">The constants; null: the defaults.</param>
    /// <exception cref="InvalidRequestException">There are no parameters.</exception>
    public Muon(IEnumerable<KeyValuePair<string, Tensor>> parameters, MuonOptions? options = null)
    {
        this.options = options ??= new();
        var all = parameters.ToLookup(entry => options.IsMatrix(entry.Key, entry.Value));
        matrices = [.. all[true].Select(entry => (entry.Key, entry.Value, zeros_like(entry.Value).DetachFromDisposeScope()))];
        others = all[false].Any() || matrices.Count == 0 ? new(all[false], options.Others) : null;
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> Parameters => matrices.Select(one => KeyValuePair.Create(one.Name, one.Parameter)).Concat(others?.Parameters ?? []);

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> State => matrices.Select(one => KeyValuePair.Create($"{one.Name}.momentum", one.Mean)).Concat(others?.State ?? []);

    /// <inheritdoc/>
    public void Step(double learningRate, double gradientScale = 1)
    {
        using var noGrad = no_grad();
        foreach (var (_, parameter, mean) in matrices)
        {
            if (parameter.grad is not { } gradient)
                continue;
            using var scope = NewDisposeScope();
            var scaled = gradient * gradientScale;
            mean.mul_(options.Momentum).add_(scaled);
            var update = Orthogonal((scaled + mean * options.Momentum).flatten(1)).view(parameter.shape);
            var (rows, columns) = (parameter.shape[0], parameter.numel() / parameter.shape[0]);
            // A tall matrix is orthogonal by its columns; the factor makes its outputs move as those of a wide one do.
            parameter.add_(update, alpha: -learningRate * options.MatrixRate * Math.Sqrt(Math.Max(1, (double)rows / columns)));
        }
        others?.Step(learningRate, gradientScale);
    }

    /// <inheritdoc/>
    public void ClearGradients()
    {
        foreach (var (_, parameter, _) in matrices)
            parameter.grad = null;
        others?.ClearGradients();
    }

    /// <summary>Frees momentum and moments; parameters stay.</summary>
    public void Dispose()
    {
        matrices.ForEach(one => one.Mean.Dispose());
        others?.Dispose();
    }

    /// <summary>A matrix with the same singular vectors, and singular values near 1 (0.7 to 1.2; what is below some thousandths of the greatest is raised less).</summary>
    /// <remarks>Newton–Schulz rounds are odd polynomials, X → P(X·Xᵀ)·X, so all of them are one polynomial in X·Xᵀ: it is worked out on that small square, and X multiplied once.</remarks>
    internal static Tensor Orthogonal(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        var isTall = matrix.shape[0] > matrix.shape[1];
        var x = isTall ? matrix.t() : matrix;
        x = x / (x.norm() + LeastLength);
        var square = x.mm(x.t());
        Tensor? product = null;
        for (var round = 0; round < Rounds; round++)
        {
            var polynomial = (square * B).add_(square.mm(square), alpha: C);
            polynomial.diagonal().add_(A);
            product = product is null ? polynomial : polynomial.mm(product);
            if (round < Rounds - 1)
                square = polynomial.mm(polynomial.mm(square));
        }
        x = product!.mm(x);
        return (isTall ? x.t() : x).contiguous().MoveToOuterDisposeScope();
    }
}
