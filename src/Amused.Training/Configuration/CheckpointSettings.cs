namespace Amused.Training;

/// <summary>What is kept of a run while it goes on.</summary>
public sealed record CheckpointSettings
{
    /// <summary>After how many updates each a checkpoint is written; 0: only at the end and when the run is stopped.</summary>
    /// <value>The default value is 500.</value>
    public long Every { get; init; } = 500;

    /// <summary>How many checkpoints are kept, the newest ones; 0: all.</summary>
    /// <value>The default value is 2.</value>
    public int Limit { get; init; } = 2;

    /// <summary>Where the run goes on from: <c>latest</c> in its folder (or the start, where there is none), or a checkpoint's folder.</summary>
    /// <value>The default value is null: from the start, in a folder that holds no other run's checkpoints.</value>
    public string? Resume { get; init; }

    /// <summary>Whether the run goes on from a checkpoint although settings, model or data are not those of its run.</summary>
    /// <value>The default value is false. It is never written into a checkpoint.</value>
    public bool Force { get; init; }

    /// <summary>After how many seconds the run saves and stops; 0: never.</summary>
    /// <value>The default value is 0.</value>
    public double TimeLimit { get; init; }

    internal void Validate() => Range.NotNegative(("checkpoints.every", Every), ("checkpoints.limit", Limit), ("checkpoints.time_limit", TimeLimit));
}
