using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class KMeansTests
{
    public KMeansTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Clusters_that_lie_apart_are_found()
    {
        using var scope = NewDisposeScope();
        var truth = tensor(new float[] { 0, 0, 10, 0, 0, 10, 10, 10 }, [4, 2]);
        var points = truth.repeat(50, 1) + randn([200, 2], generator: new Generator(1)) * 0.1;
        var centres = KMeans.Centres(points, 4, 20, seed: 1);

        Assert.True(cdist(truth, centres).min(1).values.max().item<float>() < 0.1);
        Assert.InRange(KMeans.RelativeError(points, centres), 0, 0.01);
        Assert.True(centres.eq(KMeans.Centres(points, 4, 20, seed: 1)).all().item<bool>());
    }

    [Fact]
    public void More_centres_than_points_repeat_points()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new float[] { 1, 2, 3 }, [3, 1]);
        var centres = KMeans.Centres(points, 8, 3, seed: 0);

        Assert.Equal([8, 1], centres.shape);
        Assert.Equal(0, KMeans.RelativeError(points, centres), 1e-6);
    }
}
