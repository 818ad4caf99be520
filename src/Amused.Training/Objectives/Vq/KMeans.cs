using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Clusters of points by Lloyd's method (1982): centres are the means of the points that are nearest to them.</summary>
internal static class KMeans
{
    private const long ChunkRows = 4096;

    /// <summary>Finds the centres. The same points and seed give the same centres.</summary>
    /// <param name="points">(N, D) float32, N at least 1.</param>
    /// <param name="count">How many centres; with more centres than points, some repeat points.</param>
    /// <param name="iterations">How often centres are moved.</param>
    /// <param name="seed">The seed of the first centres, and of new ones for those that lose all their points.</param>
    /// <returns>(count, D) float32.</returns>
    public static Tensor Centres(Tensor points, long count, int iterations, long seed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Generator generator = new((ulong)seed, points.device);
        var centres = points.index_select(0, DrawRows(points.shape[0], count, generator)).clone();
        for (var i = 0; i < iterations; i++)
        {
            using var round = NewDisposeScope();
            var (nearest, distances) = Assign(points, centres);
            var sizes = zeros(count, ScalarType.Float32, points.device).index_add_(0, nearest, ones_like(distances), 1);
            var sums = zeros_like(centres).index_add_(0, nearest, points, 1);
            centres.copy_(sums / sizes.clamp(1).unsqueeze(1));
            Replant(centres, sizes, points, distances, generator);
        }
        return centres.MoveToOuterDisposeScope();
    }

    /// <summary>The mean squared distance of points to their nearest centres, as a share of the points' variance.</summary>
    public static double RelativeError(Tensor points, Tensor centres)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (_, distances) = Assign(points, centres);
        var variance = (points - points.mean([0], keepdim: true)).square().sum(1).mean();
        return (distances.mean() / variance.clamp(1e-20)).item<float>();
    }

    /// <summary>For each point the nearest centre (N) int64, and the squared distance to it (N).</summary>
    private static (Tensor Nearest, Tensor Distances) Assign(Tensor points, Tensor centres)
    {
        List<Tensor> nearest = [], distances = [];
        for (long start = 0; start < points.shape[0]; start += ChunkRows)
        {
            using var chunk = NewDisposeScope();
            var rows = points.narrow(0, start, Math.Min(ChunkRows, points.shape[0] - start));
            var (least, index) = cdist(rows, centres).min(1);
            nearest.Add(index.MoveToOuterDisposeScope());
            distances.Add(least.square().MoveToOuterDisposeScope());
        }
        return (cat(nearest), cat(distances));
    }

    // A centre without points goes where points are far from theirs (Arthur and Vassilvitskii, 2007, draw their first centres so).
    private static void Replant(Tensor centres, Tensor sizes, Tensor points, Tensor distances, Generator generator)
    {
        var empty = sizes.eq(0).nonzero().view(-1);
        if (empty.numel() == 0 || distances.max().item<float>() <= 0)
            return;
        var chosen = multinomial(distances, empty.numel(), replacement: true, generator: generator);
        centres.index_copy_(0, empty, points.index_select(0, chosen));
    }

    private static Tensor DrawRows(long rows, long count, Generator generator) => rows >= count
        ? randperm(rows, generator: generator).narrow(0, 0, count)
        : randint(0, rows, [count], ScalarType.Int64, generator: generator);
}
