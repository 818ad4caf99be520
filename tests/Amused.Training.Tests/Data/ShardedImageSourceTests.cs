using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class ShardedImageSourceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1000)]
    public void From_any_place_an_epoch_goes_on_as_it_would_have(int buffer)
    {
        DataOrder order = new() { Seed = 5, ShuffleBuffer = buffer };
        var whole = Names(Source(7, 0, 5, 9), order, new(2, 0));
        for (int taken = 0; taken <= whole.Length; taken++)
            Assert.Equal(whole[taken..], Names(Source(7, 0, 5, 9), order, new(2, taken)));
    }

    [Fact]
    public void Every_example_comes_once_and_epochs_differ()
    {
        DataOrder order = new() { ShuffleBuffer = 4 };
        var first = Names(Source(7, 5, 9), order, new(0, 0));
        Assert.Equal(Names(Source(7, 5, 9), order with { Shuffle = false }, default), first.Order(StringComparer.Ordinal));
        Assert.NotEqual(first, Names(Source(7, 5, 9), order, new(1, 0)));
        Assert.NotEqual(first, Names(Source(7, 5, 9), order with { Seed = 1 }, new(0, 0)));
    }

    [Fact]
    public void Without_shuffling_examples_come_as_they_lie_and_one_by_one()
    {
        var shard = new Shard(0, 100);
        var source = Of([shard], null);
        Assert.Equal(["0-000", "0-001", "0-002"], source.ReadEpoch(new() { Shuffle = false }, default).Take(3).Select(example => example.Name));
        Assert.InRange(shard.Given, 3, 4);
    }

    [Fact]
    public void To_go_on_only_what_waits_in_the_buffer_or_comes_after_is_read()
    {
        var shards = Enumerable.Range(0, 10).Select(i => new Shard(i, 100)).ToArray();
        var source = Of(shards, 1000);
        Assert.Single(source.ReadEpoch(new() { ShuffleBuffer = 20 }, new(0, 900)).Take(1));
        Assert.InRange(shards.Sum(shard => shard.Given), 20, 25);
    }

    [Fact]
    public void A_larger_buffer_mixes_farther()
    {
        double Reach(int buffer) => Names(Source(400), new() { ShuffleBuffer = buffer }, default).Select((name, i) => Math.Abs(int.Parse(name[2..]) - i)).Average();
        Assert.True(Reach(1) == 0 && Reach(10) > 3 && Reach(100) > 2 * Reach(10));
    }

    private static string[] Names(ShardedImageSource source, DataOrder order, DataPosition start) =>
        [.. source.ReadEpoch(order, start).Select(example => example.Name)];

    private static ShardedImageSource Source(params int[] counts) => Of([.. counts.Select((count, i) => new Shard(i, count))], counts.Sum());

    private static ShardedImageSource Of(IReadOnlyList<IExampleShard> shards, long? count) => new("set", shards, count, new("set"), new(".", []));

    private sealed class Shard(int number, int count) : IExampleShard
    {
        public int Given { get; private set; }

        public long Count() => count;

        public IEnumerable<(long Index, RawExample Example)> Read(Func<long, bool> isWanted)
        {
            for (int i = 0; i < count; i++)
            {
                if (!isWanted(i))
                    continue;
                Given++;
                yield return (i, new($"{number}-{i:D3}", ["a"], () => []));
            }
        }
    }
}
