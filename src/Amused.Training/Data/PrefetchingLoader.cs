using System.Diagnostics;

namespace Amused.Training;

/// <summary>
/// Batches of decoded examples, prepared ahead of the training step on other threads. The sequence depends on the order and the start alone, never on the threads.
/// A broken picture is skipped with a warning and counted, one without a caption by the source's report.
/// </summary>
/// <remarks>For one consumer: <see cref="TryTake"/> is not to be called from two threads at once.</remarks>
public sealed class PrefetchingLoader : IDisposable
{
    private readonly LoaderOptions options;
    private readonly BrokenExamples broken;
    private readonly OrderedPrefetch<Item, Outcome> outcomes;
    private readonly DataReport? report;
    private readonly long started = Stopwatch.GetTimestamp();
    private TimeSpan waited;
    private long delivered;

    /// <summary>Starts to prepare batches at once.</summary>
    /// <param name="source">The data set.</param>
    /// <param name="transform">What is made of each picture.</param>
    /// <param name="order">In which order.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="start">Where the sequence starts: <see cref="ExampleBatch.Next"/> of the last batch that was used.</param>
    /// <exception cref="InvalidRequestException">A value of the order or the options is out of range.</exception>
    public PrefetchingLoader(IImageSource source, ExampleTransform transform, DataOrder order, LoaderOptions? options = null, DataPosition start = default)
    {
        this.options = options ?? new();
        this.options.Validate();
        order.Validate();
        broken = new(source.Name, this.options);
        report = (source as IFileSource)?.Report;
        outcomes = new(
            Sequence(source, order, start, this.options.Epochs), item => Prepare(item, transform, order),
            this.options.Workers, this.options.BatchesAhead * this.options.BatchSize);
    }

    /// <summary>What was done so far.</summary>
    public LoaderStatistics Statistics => new(delivered, broken.Count, waited, Stopwatch.GetElapsedTime(started));

    /// <summary>Waits for the next batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>False once all epochs are over.</returns>
    /// <exception cref="BrokenInputException">The data set is unreadable, or too many of its examples are broken.</exception>
    /// <exception cref="OperationCanceledException">As asked for; the examples taken so far for this batch are lost.</exception>
    public bool TryTake(out ExampleBatch batch, CancellationToken cancellation = default)
    {
        var entered = Stopwatch.GetTimestamp();
        List<TrainingExample> examples = new(options.BatchSize);
        DataPosition next = default;
        while (examples.Count < options.BatchSize && outcomes.TryTake(out var outcome, cancellation))
        {
            if (broken.Add(outcome.Item.Position, outcome.Item.Raw, outcome.Fault))
                report?.Tell(options.Warning);
            next = outcome.Item.Position with { Index = outcome.Item.Position.Index + 1 };
            if (outcome.Example is { } example)
                examples.Add(example);
        }

        if (examples.Count < options.BatchSize)
        {
            broken.EndEpoch();
            report?.Tell(options.Warning);
        }
        delivered += examples.Count;
        waited += Stopwatch.GetElapsedTime(entered);
        batch = new(examples, next);
        return examples.Count > 0;
    }

    /// <summary>The batches one after the other; see <see cref="TryTake"/>.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    public IEnumerable<ExampleBatch> Batches(CancellationToken cancellation = default)
    {
        while (TryTake(out var batch, cancellation))
            yield return batch;
    }

    /// <summary>Stops the threads; what was prepared is dropped.</summary>
    public void Dispose()
    {
        outcomes.Dispose();
        report?.Tell(options.Warning);
    }

    private static IEnumerable<Item> Sequence(IImageSource source, DataOrder order, DataPosition start, long? epochs)
    {
        for (var position = start; epochs is null || position.Epoch < epochs; position = new(position.Epoch + 1, 0))
        {
            long index = position.Index;
            foreach (var raw in source.ReadEpoch(order, position))
                yield return new(position with { Index = index++ }, raw);
            if (index == 0)
                throw new BrokenInputException($"{source.Name} holds no examples");
        }
    }

    private static Outcome Prepare(Item item, ExampleTransform transform, DataOrder order)
    {
        if (item.Raw.HasNoCaption)
            return new(item, null, null);
        try
        {
            return new(item, transform.Apply(item.Raw, order, item.Position), null);
        }
        catch (BrokenInputException fault)
        {
            return new(item, null, fault);
        }
    }

    private readonly record struct Item(DataPosition Position, RawExample Raw);

    private readonly record struct Outcome(Item Item, TrainingExample? Example, BrokenInputException? Fault);
}
