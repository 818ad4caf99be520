namespace PictureBook.ReaderTraining;

/// <summary>How a reader is trained.</summary>
public sealed record ReaderTrainingOptions
{
    /// <summary>How many updates are made, at least 1.</summary>
    /// <value>The default value is 4,000.</value>
    public int Steps { get; init; } = 4000;

    /// <summary>How many pictures each update sees, at least 1.</summary>
    /// <value>The default value is 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>The learning rate after warming up; it falls to 0 in half a cosine wave. Above 0.</summary>
    /// <value>The default value is 0.002.</value>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>The seed of the scenes, of the first weights and of what blurs the pictures.</summary>
    /// <value>The default value is 0.</value>
    public long Seed { get; init; }

    /// <summary>After which time the training ends, if its steps are not done before; the learning rate has come down by then too, so that the result depends on the machine's speed.</summary>
    /// <value>The default value is null: the steps decide.</value>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How many threads draw, at least 1.</summary>
    /// <value>The default value is 2.</value>
    public int Workers { get; init; } = 2;

    /// <summary>Refuses what makes no training.</summary>
    /// <exception cref="InvalidRequestException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Steps < 1 || BatchSize < 1 || Workers < 1)
            throw new InvalidRequestException($"steps {Steps}, batch size {BatchSize} and drawing threads {Workers}: each must be 1 or more");
        if (TimeLimit <= TimeSpan.Zero)
            throw new InvalidRequestException($"a time limit of {TimeLimit}: it must be above 0");
    }
}

/// <summary>How far a training is.</summary>
/// <param name="Step">The updates that are made.</param>
/// <param name="Progress">How much of the run is done, by steps or by time, 0 to 1.</param>
/// <param name="Loss">The cross-entropy of the update's answers.</param>
/// <param name="Accuracy">The share of the update's places that were answered right, 0 to 1.</param>
public readonly record struct ReaderProgress(int Step, double Progress, double Loss, double Accuracy);
