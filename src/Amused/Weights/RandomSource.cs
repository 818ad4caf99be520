using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// Parameters drawn at random: a network before it has learnt anything. The same seed and the same network give the same numbers,
/// in every precision but for its rounding.
/// </summary>
public sealed class RandomSource : IParameterSource, IDisposable
{
    private const double StandardDeviation = 0.02;

    // Drawn in pieces, so that a conversion costs little memory.
    private const long PieceElements = 1 << 22;

    private readonly Generator generator;
    private readonly ScalarType precision;
    private readonly Device? device;
    private readonly HashSet<string> taken = [];

    /// <summary>Begins the stream of random numbers.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="precision">The floating-point type that parameters are wanted in.</param>
    /// <param name="device">Where they are wanted; null: the CPU. They are drawn on the CPU, so that the device does not matter.</param>
    public RandomSource(long seed, ScalarType precision = ScalarType.Float32, Device? device = null)
    {
        TorchRuntime.EnsureLoaded();
        generator = new Generator((ulong)seed, CPU);
        this.precision = precision;
        this.device = device;
    }

    /// <inheritdoc/>
    public Tensor Take(string name, ReadOnlySpan<long> shape, ParameterInit init)
    {
        if (!taken.Add(name))
            throw new InvalidOperationException($"The parameter {name} was taken twice.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Make(shape, init).to(device ?? CPU).DetachFromDisposeScope();
    }

    /// <summary>Frees the generator.</summary>
    public void Dispose() => generator.Dispose();

    private Tensor Make(ReadOnlySpan<long> shape, ParameterInit init)
    {
        switch (init)
        {
            case ParameterInit.Ones:
                return ones(shape.ToArray(), precision);
            case ParameterInit.Zeros:
                return zeros(shape.ToArray(), precision);
            case ParameterInit.Normal:
                return Drawn(shape, piece => piece.normal_(0, StandardDeviation, generator));
            case ParameterInit.FanIn:
                var bound = 1 / Math.Sqrt(Math.Max(FanIn(shape), 1));
                return Drawn(shape, piece => piece.uniform_(-bound, bound, generator));
            default:
                throw new ArgumentOutOfRangeException(nameof(init));
        }
    }

    private static double FanIn(ReadOnlySpan<long> shape)
    {
        double product = 1;
        for (var dimension = 1; dimension < shape.Length; dimension++)
            product *= shape[dimension];
        return product;
    }

    private Tensor Drawn(ReadOnlySpan<long> shape, Action<Tensor> draw)
    {
        var tensor = empty(shape.ToArray(), precision);
        var flat = tensor.view(-1);
        using var draft = precision == ScalarType.Float32 ? null : empty(Math.Min(PieceElements, flat.numel()), ScalarType.Float32);
        for (long start = 0; start < flat.numel(); start += PieceElements)
        {
            using var pieces = NewDisposeScope();
            var piece = flat.narrow(0, start, Math.Min(PieceElements, flat.numel() - start));
            var drawn = draft?.narrow(0, 0, piece.numel()) ?? piece;
            draw(drawn);
            if (draft is not null)
                piece.copy_(drawn);
        }
        return tensor;
    }
}
