using System.Collections.Concurrent;
using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// Parameters drawn at random: a network before it has learnt anything. The same seed and the same network give the same numbers on
/// every machine of the same kind of processor, and in every precision but for its rounding.
/// </summary>
public sealed class RandomSource : IParameterSource, IDisposable
{
    private const double StandardDeviation = 0.02;

    // Each piece has a generator of its own, so that processors can share the work and still draw the same numbers.
    private const long PieceElements = 1 << 20;

    private readonly ulong seed;
    private readonly ScalarType precision;
    private readonly Device? device;
    private readonly HashSet<string> taken = [];

    // Where numbers are drawn that are then rounded; kept from piece to piece, one for each processor that takes part.
    private readonly ConcurrentBag<Tensor> drafts = [];
    private ulong pieces;

    /// <summary>Begins the stream of random numbers.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="precision">The floating-point type that parameters are wanted in.</param>
    /// <param name="device">Where they are wanted; null: the CPU. They are drawn on the CPU, so that the device does not matter.</param>
    public RandomSource(long seed, ScalarType precision = ScalarType.Float32, Device? device = null)
    {
        TorchRuntime.EnsureLoaded();
        this.seed = (ulong)seed;
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

    /// <summary>Frees the memory that numbers were drawn in; parameters that were taken stay good.</summary>
    public void Dispose()
    {
        while (drafts.TryTake(out var draft))
            draft.Dispose();
    }

    private Tensor Make(ReadOnlySpan<long> shape, ParameterInit init)
    {
        switch (init)
        {
            case ParameterInit.Ones:
                return ones(shape.ToArray(), precision);
            case ParameterInit.Zeros:
                return zeros(shape.ToArray(), precision);
            case ParameterInit.Normal:
                return Drawn(shape, (piece, generator) => piece.normal_(0, StandardDeviation, generator));
            case ParameterInit.FanIn:
                var bound = 1 / Math.Sqrt(Math.Max(FanIn(shape), 1));
                return Drawn(shape, (piece, generator) => piece.uniform_(-bound, bound, generator));
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

    private Tensor Drawn(ReadOnlySpan<long> shape, Action<Tensor, Generator> draw)
    {
        var tensor = empty(shape.ToArray(), precision);
        var flat = tensor.view(-1);
        var count = (flat.numel() + PieceElements - 1) / PieceElements;
        var first = pieces;
        pieces += (ulong)count;
        Parallel.For(0, count, index => DrawPiece(flat, index * PieceElements, PieceSeed(first + (ulong)index), draw));
        return tensor;
    }

    private void DrawPiece(Tensor flat, long start, ulong pieceSeed, Action<Tensor, Generator> draw)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Generator generator = new(pieceSeed, CPU);
        var piece = flat.narrow(0, start, Math.Min(PieceElements, flat.numel() - start));
        if (precision == ScalarType.Float32)
        {
            draw(piece, generator);
            return;
        }
        if (!drafts.TryTake(out var draft))
            draft = empty(PieceElements, ScalarType.Float32).DetachFromDisposeScope();
        var drawn = draft.narrow(0, 0, piece.numel());
        draw(drawn, generator);
        piece.copy_(drawn);
        drafts.Add(draft);
    }

    // SplitMix64 (Steele, Lea and Flood 2014): neighbouring pieces and seeds get unrelated generators.
    private ulong PieceSeed(ulong piece)
    {
        var mixed = Mix(seed) + 0x9E3779B97F4A7C15 * (piece + 1);
        return Mix(mixed);

        static ulong Mix(ulong bits)
        {
            bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
            return bits ^ (bits >> 31);
        }
    }
}
