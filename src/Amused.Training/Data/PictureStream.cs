namespace Amused.Training;

/// <summary>Batches of pictures, decoded ahead on other threads, and made into what an objective takes when they are taken.</summary>
internal sealed class PictureStream<TBatch> : IExampleStream<TBatch>
{
    private readonly PrefetchingLoader loader;
    private readonly Func<ExampleBatch, DataPosition, TBatch> prepare;
    private Action<string>? maskNotice;

    /// <summary>Starts to decode at once.</summary>
    /// <param name="source">The pictures.</param>
    /// <param name="transform">What is made of each.</param>
    /// <param name="order">In which order.</param>
    /// <param name="options">How.</param>
    /// <param name="start">The place of the first.</param>
    /// <param name="prepare">Makes a batch of pictures, the first of which is at the place given, what the objective takes.</param>
    public PictureStream(
        IImageSource source, ExampleTransform transform, DataOrder order, LoaderOptions options, DataPosition start, Func<ExampleBatch, DataPosition, TBatch> prepare)
    {
        (this.prepare, Position) = (prepare, start);
        maskNotice = transform.ReadMasks ? options.Warning : null;
        loader = new(source, transform, order, options, start);
    }

    public DataPosition Position { get; private set; }

    public long Broken => loader.Statistics.Broken;

    public double WaitingShare => loader.Statistics.WaitingShare;

    public TBatch Take(CancellationToken cancellation)
    {
        if (!loader.TryTake(out var batch, cancellation))
            throw new InvalidOperationException("The data came to an end.");
        var start = Position;
        Position = batch.Next;
        TellIfWithoutMasks(batch);
        return prepare(batch, start);
    }

    public void Dispose() => loader.Dispose();

    /// <summary>Says once, of the first batch, that masks are asked for and not there.</summary>
    private void TellIfWithoutMasks(ExampleBatch batch)
    {
        if (batch.Examples.All(example => example.Mask is null))
            maskNotice?.Invoke("the first pictures have no masks, so that the background weight changes nothing for them: fox.mask.png is looked for beside fox.jpg");
        maskNotice = null;
    }
}
