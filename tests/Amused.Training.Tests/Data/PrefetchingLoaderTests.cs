using Amused.Images;
using Amused.Tests.Images;
using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class PrefetchingLoaderTests
{
    private static readonly ExampleTransform Transform = new() { Resolution = 8 };
    private static readonly DataOrder Order = new() { Seed = 11 };
    private static readonly byte[] Png = Pictures.Noise(8, 30).Encode(ImageFormat.Png);

    [Fact]
    public void The_sequence_is_the_same_whatever_the_threads_do()
    {
        var expected = Take(Source(10), new() { BatchSize = 3, Workers = 1, BatchesAhead = 1 }, 12);
        var actual = Take(Source(10, delayed: true), new() { BatchSize = 3, Workers = 5, BatchesAhead = 3 }, 12);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void An_epoch_shows_every_example_once_and_batches_run_on_into_the_next()
    {
        var names = Take(Source(10), new() { BatchSize = 4 }, 5).SelectMany(batch => batch.Names).ToArray();
        Assert.Equal(10, names[..10].Distinct().Count());
        Assert.Equal(10, names[10..].Distinct().Count());
        Assert.NotEqual(names[..10], names[10..]);
    }

    [Fact]
    public void From_the_position_after_any_batch_the_sequence_goes_on_as_it_would_have()
    {
        LoaderOptions options = new() { BatchSize = 3, MaxBrokenShare = 0.5 };
        var whole = Take(Source(10, broken: 4), options, 12);
        for (int taken = 1; taken < 9; taken++)
            Assert.Equal(whole[taken..(taken + 3)], Take(Source(10, broken: 4), options, 3, whole[taken - 1].Next));
    }

    [Fact]
    public void A_number_of_epochs_ends_the_sequence_with_what_is_left()
    {
        using PrefetchingLoader loader = new(Source(10), Transform, Order, new() { BatchSize = 4, Epochs = 2 });
        Assert.Equal([4, 4, 4, 4, 4], loader.Batches().Select(batch => batch.Examples.Count));
        using PrefetchingLoader odd = new(Source(5), Transform, Order, new() { BatchSize = 4, Epochs = 1 });
        Assert.Equal([4, 1], odd.Batches().Select(batch => batch.Examples.Count));
        Assert.False(odd.TryTake(out _));
        Assert.Equal(5, odd.Statistics.Examples);
        Assert.InRange(odd.Statistics.WaitingShare, 0, 1);
    }

    [Fact]
    public void A_broken_picture_is_skipped_counted_and_named_once()
    {
        List<string> warnings = [];
        using PrefetchingLoader loader = new(Source(10, broken: 4), Transform, Order, new() { Epochs = 3, Warning = warnings.Add });
        var names = loader.Batches().SelectMany(batch => batch.Examples).Select(example => example.Name).ToArray();
        Assert.Equal(27, names.Length);
        Assert.DoesNotContain("4", names);
        Assert.Equal(3, loader.Statistics.Broken);
        Assert.Contains("4 is not an image", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_the_set_share_of_broken_pictures_stops_the_run()
    {
        using PrefetchingLoader loader = new(Source(10, broken: 4), Transform, Order, new() { MaxBrokenShare = 0.09 });
        var error = Assert.Throws<BrokenInputException>(() => loader.Batches().Take(100).Count());
        Assert.Contains("1 of 10 examples are broken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_pictures_at_the_end_of_an_epoch_that_is_gone_on_with_are_not_judged_alone()
    {
        using PrefetchingLoader loader = new(Source(10, broken: 9), Transform, new() { Shuffle = false }, new() { Epochs = 1, BatchSize = 4 }, new(0, 8));
        Assert.Equal(["8"], loader.Batches().SelectMany(batch => batch.Examples).Select(example => example.Name));
        using PrefetchingLoader none = new(Source(10, broken: 9), Transform, new() { Shuffle = false }, new() { Epochs = 1 }, new(0, 9));
        Assert.False(none.TryTake(out _));
    }

    [Fact]
    public void A_picture_without_a_caption_takes_its_place_and_is_not_a_broken_one()
    {
        ListImageSource source = new("set", [.. Enumerable.Range(0, 6).Select(i => i % 2 == 0 ? new RawExample($"{i}", ["a"], () => Png) : RawExample.WithoutCaption($"{i}", "nowhere"))]);
        using PrefetchingLoader loader = new(source, Transform, new() { Shuffle = false }, new() { Epochs = 1, BatchSize = 2, MaxBrokenShare = 0 });
        Assert.Equal(["0,2 → 3", "4 → 6"], loader.Batches().Select(batch => $"{string.Join(',', batch.Examples.Select(example => example.Name))} → {batch.Next.Index}"));
        Assert.Equal(0, loader.Statistics.Broken);
    }

    [Fact]
    public void A_data_set_without_any_caption_stops_the_run()
    {
        ListImageSource source = new("set", [.. Enumerable.Range(0, 3).Select(i => RawExample.WithoutCaption($"{i}", "nowhere"))]);
        using PrefetchingLoader loader = new(source, Transform, Order);
        Assert.Equal("set: none of its 3 pictures has a caption", Assert.Throws<BrokenInputException>(() => loader.TryTake(out _)).Message);
    }

    [Fact]
    public void Many_broken_pictures_stop_the_run_before_the_epoch_ends()
    {
        ListImageSource source = new("set", [.. Enumerable.Range(0, 100_000).Select(i => new RawExample($"{i}", [""], () => [1, 2, 3]))]);
        using PrefetchingLoader loader = new(source, Transform, Order);
        Assert.Contains("11 of 11", Assert.Throws<BrokenInputException>(() => loader.TryTake(out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_set_of_nothing_but_broken_pictures_stops_even_when_all_may_be_broken()
    {
        using PrefetchingLoader loader = new(Source(1, broken: 0), Transform, Order, new() { MaxBrokenShare = 1 });
        Assert.Throws<BrokenInputException>(() => loader.TryTake(out _));
    }

    [Fact]
    public void A_fault_of_the_source_or_of_our_own_surfaces_where_batches_are_taken_and_again()
    {
        ListImageSource source = new("set", [new("a", ["a"], () => throw new InvalidOperationException("own fault"))]);
        using PrefetchingLoader loader = new(source, Transform, Order);
        Assert.Throws<InvalidOperationException>(() => loader.TryTake(out _));
        Assert.Throws<InvalidOperationException>(() => loader.TryTake(out _));

        using PrefetchingLoader other = new(new FailingSource(), Transform, Order);
        Assert.True(other.TryTake(out _));
        Assert.Contains("cut", Assert.Throws<BrokenInputException>(() => other.TryTake(out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_can_be_cancelled_and_disposing_stops_the_threads()
    {
        using ManualResetEventSlim gate = new();
        ListImageSource source = new("set", [new("a", ["a"], () => { gate.Wait(); return Png; })]);
        PrefetchingLoader loader = new(source, Transform, Order, new() { Workers = 1 });
        using CancellationTokenSource cancelled = new(millisecondsDelay: 50);
        Assert.ThrowsAny<OperationCanceledException>(() => loader.TryTake(out _, cancelled.Token));
        gate.Set();
        loader.Dispose();
        loader.Dispose();
    }

    [Fact]
    public void Pixels_are_between_zero_and_one_in_planes_and_conditions_in_rows()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using PrefetchingLoader loader = new(Source(2), Transform, Order, new() { BatchSize = 2 });
        Assert.True(loader.TryTake(out var batch));
        var pixels = batch.ToPixels();
        Assert.Equal([2, 3, 8, 8], pixels.shape);
        var green = batch.Examples[1].Image.Pixels[(5 * 8 + 2) * 3 + 1];
        Assert.Equal(green / 255f, pixels[1, 1, 5, 2].item<float>());
        Assert.Equal(batch.Examples.SelectMany(example => example.Conditions.ToArray()), batch.ToMicroConditions().data<float>().ToArray());
    }

    [Theory]
    [InlineData(0, 1, 0.1)]
    [InlineData(1, 0, 0.1)]
    [InlineData(1, 1, 1.5)]
    public void Values_out_of_range_are_refused(int batch, int workers, double share) =>
        Assert.Throws<InvalidRequestException>(
            () => new PrefetchingLoader(Source(1), Transform, Order, new() { BatchSize = batch, Workers = workers, MaxBrokenShare = share }));

    private static ListImageSource Source(int count, int broken = -1, bool delayed = false) =>
        new("set", [.. Enumerable.Range(0, count).Select(i => new RawExample($"{i}", [$"caption {i}"], () =>
        {
            if (delayed)
                Thread.Sleep(i * 7 % 5);
            return i == broken ? [1, 2, 3] : Png;
        }))]);

    private static List<Seen> Take(IImageSource source, LoaderOptions options, int batches, DataPosition start = default)
    {
        using PrefetchingLoader loader = new(source, Transform, Order, options, start);
        return [.. loader.Batches().Take(batches).Select(batch => new Seen(
            string.Join(' ', batch.Examples.Select(example => example.Name)), string.Join(' ', batch.Examples.Select(example => example.Conditions)), batch.Next))];
    }

    private sealed record Seen(string Joined, string Conditions, DataPosition Next)
    {
        public string[] Names => Joined.Split(' ');
    }

    private sealed class FailingSource : IImageSource
    {
        public string Name => "set";

        public long? Count => null;

        public IEnumerable<RawExample> ReadEpoch(DataOrder order, DataPosition start)
        {
            yield return new("a", ["a"], () => Png);
            throw new BrokenInputException("set is cut");
        }
    }
}
