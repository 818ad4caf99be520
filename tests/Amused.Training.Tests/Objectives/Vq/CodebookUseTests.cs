using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class CodebookUseTests : IDisposable
{
    private readonly ParameterSet parameters = new();
    private readonly VectorQuantizer quantizer;

    public CodebookUseTests()
    {
        TorchRuntime.EnsureLoaded();
        using RandomSource source = new(0);
        quantizer = new(new(source, parameters), 4, 2);
        quantizer.Codebook.copy_(tensor(new float[] { 0, 0, 1, 0, 50, 50, 60, 60 }, [4, 2]));
    }

    public void Dispose() => parameters.Dispose();

    [Fact]
    public void Codes_that_nobody_used_become_recent_latents_and_the_others_stay()
    {
        using CodebookUse use = new(quantizer, reviveAfter: 3, seed: 0);
        using var scope = NewDisposeScope();
        var latents = tensor(new float[] { 0, 1, 0, 0 }, [1, 2, 1, 2]); // The points (0, 0) and (1, 0), as channels.
        var revived = Enumerable.Range(0, 3).Select(_ => use.Observe(quantizer.NearestCodes(latents), latents)).ToList();

        Assert.Equal([0, 0, 2], revived);
        var codes = quantizer.Codebook.data<float>().ToArray().Chunk(2).ToList();
        Assert.Equal([0, 0], codes[0]);
        Assert.Equal([1, 0], codes[1]);
        Assert.All(codes[2..], code => Assert.True(code is [0 or 1, 0], $"({code[0]}, {code[1]})"));
    }

    [Fact]
    public void Perplexity_is_the_number_of_codes_that_are_used_alike()
    {
        using CodebookUse use = new(quantizer, reviveAfter: 0, seed: 0);
        using var scope = NewDisposeScope();
        var latents = zeros(1, 2, 1, 4);
        use.Observe(tensor(new long[] { 0, 1, 0, 1 }, [1, 1, 4]), latents);
        Assert.Equal(2, use.Perplexity, 1e-4);
        Assert.Equal(2, use.UsedCodes);

        use.Observe(tensor(new long[] { 2, 3, 2, 3 }, [1, 1, 4]), latents);
        Assert.InRange(use.Perplexity, 3.9, 4);
        Assert.Equal(4, use.UsedCodes);
        use.Reset();
        Assert.Equal(0, use.UsedCodes);
    }
}
