namespace Amused.Training;

/// <summary>An objective at work, for one call of a trainer's <c>Run</c>: its examples, its updates, and what it tells of them.</summary>
internal interface ITrainingRun : IDisposable
{
    /// <summary>How many broken pictures were skipped so far.</summary>
    long Broken { get; }

    /// <summary>Makes one update.</summary>
    /// <param name="step">Its number, from 0.</param>
    /// <param name="cancellation">Where the update is given up, weights and state are as before it.</param>
    /// <exception cref="OperationCanceledException">As asked for.</exception>
    /// <exception cref="BrokenInputException">The data can't be read.</exception>
    UpdateOutcome Update(long step, CancellationToken cancellation);

    /// <summary>Shows how the run is getting on, where it is time to.</summary>
    /// <param name="step">How many updates are done.</param>
    void Show(long step);

    /// <summary>Measures how good the weights are. Called at checkpoints, at the end, and when the time is over.</summary>
    void Judge()
    {
    }
}

/// <summary>What one update came to.</summary>
/// <param name="Loss">Its loss.</param>
/// <param name="IsBad">Whether it was left out because its loss or a gradient was no finite number.</param>
/// <param name="Next">The place of the first example after its own.</param>
/// <param name="Tell">Tells the caller's hook of it.</param>
internal readonly record struct UpdateOutcome(double Loss, bool IsBad, DataPosition Next, Action Tell);
