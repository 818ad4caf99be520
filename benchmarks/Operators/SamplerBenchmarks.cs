using Amused.Sampling;
using BenchmarkDotNet.Attributes;

namespace Operators;

/// <summary>The draw of one code among 8,192 for each of 256 places, as <see cref="RandomStream"/> does it.</summary>
public class SamplerBenchmarks
{
    private const int Places = 256, Codes = 8192;

    private readonly float[] probabilities = new float[Places * Codes];
    private readonly RandomStream random = new(1);

    /// <summary>How many of the places are still to be drawn.</summary>
    [Params(256, 64)]
    public int Unknown { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        // As uneven as those of a network: exp of normal numbers, roughly.
        var numbers = new Random(1);
        for (var i = 0; i < probabilities.Length; i++)
            probabilities[i] = (float)Math.Exp(3 * (numbers.NextDouble() + numbers.NextDouble() + numbers.NextDouble() - 1.5)) / Codes;
    }

    [Benchmark]
    public int Multinomial()
    {
        var sum = 0;
        for (var place = 0; place < Places; place++)
        {
            if (place < Unknown)
                sum += random.Multinomial(probabilities.AsSpan(place * Codes, Codes));
            else
                random.SkipMultinomial(Codes);
        }
        return sum;
    }
}
