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

    /// <summary>A key such as <c>42.5.randint_0_8192_9</c>: seed, order, what is drawn.</summary>
    private sealed record Draw(string Key, long Seed, int Order, string What)
    {
        public static Draw Parse(string key) => key.Split('.', 3) is [var seed, var order, var what]
            ? new(key, long.Parse(seed), int.Parse(order), what)
            : throw new FormatException($"an unknown key: {key}");

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
                ["multinomial", "softmax", _, _] => Rows(arange(long.Parse(words[2]["arange".Length..]), dtype: ScalarType.Float32), Number(3), generator),
                ["multinomial", _, _] => Rows(arange(Number(1), dtype: ScalarType.Float32).sin() * 3, Number(2), generator),
                _ => throw new FormatException($"an unknown draw: {What}"),
            };
        }

        private static Tensor Rows(Tensor logits, long rows, Generator generator) =>
            multinomial(logits.softmax(-1).expand(rows, -1), 1, generator: generator);
    }
}
