using Amused.Sampling;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class RandomGoldenTests : IGoldenTests
{
    public static IEnumerable<string> FilesRead => GoldenFolder.Files("random.safetensors");

    public static TheoryData<string> Files => [.. FilesRead];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_seeded_generator_draws_what_the_reference_draws_bit_for_bit(string file)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        var bySeed = figures.Keys.Select(Draw.Parse).GroupBy(draw => draw.Seed);
        Assert.NotEmpty(bySeed);
        foreach (var draws in bySeed)
        {
            using var generator = new Generator((ulong)draws.Key);
            foreach (var draw in draws.OrderBy(draw => draw.Order))
                Agreement.AssertSame(draw.Key, figures[draw.Key], draw.Make(generator));
        }
        figures.AssertAllRead();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_samplers_own_stream_draws_the_same_without_libtorchs_generator(string file)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        foreach (var draws in figures.Keys.Select(Draw.Parse).GroupBy(draw => draw.Seed))
        {
            var stream = new RandomStream(draws.Key);
            // Up to the first kind of draw that sampling doesn't need.
            var known = draws.OrderBy(draw => draw.Order).TakeWhile(draw => draw.IsOfSampling).ToList();
            Assert.NotEmpty(known);
            foreach (var draw in known)
                Agreement.AssertSame(draw.Key, figures[draw.Key], draw.Make(stream));
        }
    }

    /// <summary>A key such as <c>42.5.randint_0_8192_9</c>: seed, order, what is drawn.</summary>
    private sealed record Draw(string Key, long Seed, int Order, string What)
    {
        public static Draw Parse(string key) => key.Split('.', 3) is [var seed, var order, var what]
            ? new(key, long.Parse(seed), int.Parse(order), what)
            : throw new FormatException($"an unknown key: {key}");

        public bool IsOfSampling =>
            What.StartsWith("rand_", StringComparison.Ordinal) || What.StartsWith("multinomial", StringComparison.Ordinal);

        public Tensor Make(RandomStream stream)
        {
            if (What.Split('_') is ["rand", var count])
                return tensor(stream.Uniform(int.Parse(count)));
            var (logits, rows) = Race();
            var probabilities = logits.softmax(-1).data<float>().ToArray();
            return tensor([.. Enumerable.Range(0, (int)rows).Select(_ => (long)stream.Multinomial(probabilities))], [rows, 1]);
        }

        public Tensor Make(Generator generator)
        {
            var words = What.Split('_');
            long Number(int index) => long.Parse(words[index].TrimStart('x'));
            return words switch
            {
                ["rand", _] => rand(Number(1), generator: generator),
                ["randn", _] => randn(Number(1), generator: generator),
                ["randperm", _] => randperm(Number(1), generator: generator),
                ["randint", _, _, _] => randint(Number(1), Number(2), [Number(3)], generator: generator),
                ["zeros", "uniform", _] => zeros(Number(2)).uniform_(0, 1, generator),
                ["multinomial", ..] => TorchRace(generator),
                _ => throw new FormatException($"an unknown draw: {What}"),
            };
        }

        private Tensor TorchRace(Generator generator)
        {
            var (logits, rows) = Race();
            return multinomial(logits.softmax(-1).expand(rows, -1), 1, generator: generator);
        }

        /// <summary>The logits of each row of a multinomial draw, and how many rows there are.</summary>
        private (Tensor Logits, long Rows) Race()
        {
            var words = What.Split('_');
            var rows = long.Parse(words[^1].TrimStart('x'));
            return words is [_, "softmax", _, _]
                ? (arange(long.Parse(words[2]["arange".Length..]), dtype: ScalarType.Float32), rows)
                : (arange(long.Parse(words[1]), dtype: ScalarType.Float32).sin() * 3, rows);
        }
    }
}
