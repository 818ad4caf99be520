using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Muon (Jordan et al., 2024): matrices move along the mean of their gradients made orthogonal (<see cref="OrthogonalMatrix"/>), so that directions which seldom show in gradients are learnt as fast
/// as others. What is no matrix is <see cref="AdamW"/>'s. A step on a matrix costs some products as wide as its shorter side; small networks of convolutions need several times fewer steps for it.
/// </summary>
/// <remarks>Small matrices are one thread's each, so that their result does not depend on the number of threads; large ones are libtorch's.</remarks>
internal sealed class Muon : IOptimizer
{
    /// <summary>Matrices whose shorter side is longer are left to libtorch, whose products are faster than ours by then: those in bfloat16 sooner than those in float32.</summary>
    private const int LargestSide = 192, LargestSideBesideBFloat16 = 64;

    private readonly MuonOptions options;
    private readonly List<Matrix> matrices;
    private readonly AdamW? others;

    /// <summary>Starts without any momentum.</summary>
    /// <param name="parameters">What is trained, by checkpoint key: float32 leaves that require gradients.</param>
    /// <param name="options">The constants; null: the defaults.</param>
    /// <exception cref="InvalidRequestException">There are no parameters.</exception>
    public Muon(IEnumerable<KeyValuePair<string, Tensor>> parameters, MuonOptions? options = null)
    {
        this.options = options ??= new();
        var all = parameters.ToLookup(entry => options.IsMatrix(entry.Key, entry.Value));
        matrices = [.. all[true].Select(entry => new Matrix(entry.Key, entry.Value, zeros_like(entry.Value).DetachFromDisposeScope(), options.DecayRule(entry.Key, entry.Value)))];
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
        using var scope = NewDisposeScope();
        var update = new Update((float)options.Momentum, learningRate * options.MatrixRate, learningRate * options.Decay, (float)gradientScale, options.ProductType);
        foreach (var matrix in matrices)
            matrix.Prepare(options.ProductType == ScalarType.BFloat16 ? LargestSideBesideBFloat16 : LargestSide);
        foreach (var matrix in matrices.Where(matrix => matrix.Gradient is not null && !matrix.IsSmallInMemory))
            matrix.Apply(update);
        // The largest first: the last ones even the threads out.
        Parallel.ForEach(
            matrices.Where(matrix => matrix.IsSmallInMemory).OrderByDescending(matrix => matrix.Cost), new() { MaxDegreeOfParallelism = get_num_threads() },
            matrix => matrix.ApplyInMemory(update));
        foreach (var matrix in matrices)
            matrix.Gradient = null;
        others?.Step(learningRate, gradientScale);
    }

    /// <inheritdoc/>
    public void ClearGradients()
    {
        foreach (var matrix in matrices)
            matrix.Parameter.grad = null;
        others?.ClearGradients();
    }

    /// <summary>Frees momentum and moments; parameters stay.</summary>
    public void Dispose()
    {
        matrices.ForEach(one => one.Mean.Dispose());
        others?.Dispose();
    }

    private readonly record struct Update(float Momentum, double Rate, double Decay, float GradientScale, ScalarType ProductType);

    private sealed record Matrix(string Name, Tensor Parameter, Tensor Mean, bool Decays)
    {
        private readonly int rows = (int)Parameter.shape[0], columns = (int)(Parameter.numel() / Parameter.shape[0]);

        /// <summary>The gradient during a step.</summary>
        public Tensor? Gradient { get; set; }

        /// <summary>Whether it is small, and all can be updated as spans of float32.</summary>
        public bool IsSmallInMemory { get; private set; }

        public double Cost => Math.Pow(Math.Min(rows, columns), 2) * Math.Max(rows, columns);

        public void Prepare(int largestSide)
        {
            Gradient = Parameter.grad?.contiguous();
            IsSmallInMemory = Gradient is not null && Parameter.IsPlainFloat32() && Gradient.IsPlainFloat32() && Math.Min(rows, columns) <= largestSide;
        }

        public void Apply(Update update)
        {
            using var scope = NewDisposeScope();
            var scaled = Gradient! * update.GradientScale;
            Mean.mul_(update.Momentum).add_(scaled);
            var direction = OrthogonalMatrix.Of((scaled + Mean * update.Momentum).flatten(1), update.ProductType).view(Parameter.shape);
            Parameter.mul_(Kept(update)).add_(direction, alpha: -Rate(update));
        }

        public void ApplyInMemory(Update update)
        {
            var count = rows * columns;
            Span<float> parameter = Parameter.Elements<float>(0, count), mean = Mean.Elements<float>(0, count), gradient = Gradient!.Elements<float>(0, count);
            var direction = new float[count];
            for (var i = 0; i < count; i++)
            {
                var scaled = gradient[i] * update.GradientScale;
                mean[i] = mean[i] * update.Momentum + scaled;
                direction[i] = scaled + mean[i] * update.Momentum;
            }
            OrthogonalMatrix.Make(direction, rows, columns);
            var (rate, kept) = ((float)Rate(update), (float)Kept(update));
            for (var i = 0; i < count; i++)
                parameter[i] = parameter[i] * kept - direction[i] * rate;
        }

        /// <summary>The share of the parameter that decay leaves.</summary>
        private double Kept(Update update) => Decays ? 1 - update.Decay : 1;

        // A tall matrix is orthogonal by its columns; the factor makes its outputs move as those of a wide one do.
        private double Rate(Update update) => update.Rate * Math.Sqrt(Math.Max(1, (double)rows / columns));
    }
}
