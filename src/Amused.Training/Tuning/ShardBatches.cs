using System.Diagnostics;
using Amused.Training.Configuration;
using Amused.Training.Data;

namespace Amused.Training.Tuning;

/// <summary>Batches of a folder of encoded shards: neither pictures nor the VQGAN are needed, and with states no text tower either.</summary>
internal sealed class ShardBatches : IBatchSource
{
    private readonly EncodedDataset data;
    private readonly TrainedModels models;
    private readonly TrainingConfig config;
    private readonly long opened = Stopwatch.GetTimestamp();
    private DataPosition position;
    private TimeSpan waited;

    /// <exception cref="InvalidRequestException">The shards don't go with the model or the settings.</exception>
    /// <exception cref="BrokenInputException">There are no shards, or they are broken.</exception>
    public ShardBatches(string folder, TrainedModels models, TrainingConfig config, int resolution, DataPosition start)
    {
        (this.models, this.config, position) = (models, config, start);
        data = new(folder);
        ShardMatch.ThrowIfOther(folder, data, models, config, resolution);
        EmptyCaption = data.ReadEmptyCaption().MovedTo(models.Models.Device);
    }

    public TextInputs EmptyCaption { get; }

    public long Broken => 0;

    public double WaitingShare => waited / Stopwatch.GetElapsedTime(opened);

    public TokenBatch Take(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var entered = Stopwatch.GetTimestamp();
        var batch = data.Read(new() { Seed = config.Seed }, position, config.BatchSize);
        position = batch.Next;
        waited += Stopwatch.GetElapsedTime(entered);
        return batch.MovedTo(models.Models.Device);
    }

    public void Dispose()
    {
        data.Dispose();
        EmptyCaption.Dispose();
    }
}
