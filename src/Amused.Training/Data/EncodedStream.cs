using System.Diagnostics;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Batches of a folder of encoded shards: neither pictures nor the VQGAN are needed, and with states no text tower either.</summary>
/// <param name="data">The shards; freed with this.</param>
/// <param name="order">In which order.</param>
/// <param name="batchSize">How many examples a batch has.</param>
/// <param name="start">The place of the first.</param>
/// <param name="device">Where batches are wanted.</param>
internal sealed class EncodedStream(EncodedDataset data, DataOrder order, int batchSize, DataPosition start, Device device) : IExampleStream<TokenBatch>
{
    private readonly long opened = Stopwatch.GetTimestamp();
    private TimeSpan waited;

    public DataPosition Position { get; private set; } = start;

    public long Broken => 0;

    public double WaitingShare => waited / Stopwatch.GetElapsedTime(opened);

    public TokenBatch Take(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var entered = Stopwatch.GetTimestamp();
        var batch = data.Read(order, Position, batchSize);
        Position = batch.Next;
        waited += Stopwatch.GetElapsedTime(entered);
        return batch.MovedTo(device);
    }

    public void Dispose() => data.Dispose();
}
