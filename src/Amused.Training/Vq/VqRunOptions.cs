namespace Amused.Training.Vq;

/// <summary>What a run writes and tells, and when it stops; the result does not depend on it.</summary>
public sealed record VqRunOptions
{
    /// <summary>The run's folder: <c>vqvae</c> when it ends, <c>log.csv</c>, and checkpoints.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>After how many steps a checkpoint is written; one is also written when the run stops early.</summary>
    /// <value>At least 1. The default value is 1,000.</value>
    public long SaveEvery { get; init; } = 1000;

    /// <summary>How many checkpoints are kept.</summary>
    /// <value>At least 1. The default value is 2.</value>
    public int KeptCheckpoints { get; init; } = 2;

    /// <summary>Whether the run goes on from the folder's latest checkpoint; without one it starts anew.</summary>
    public bool Resumes { get; init; }

    /// <summary>After what time the run saves and stops; null: when it is done.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How many threads decode pictures.</summary>
    /// <value>At least 1. The default value is 1.</value>
    public int Workers { get; init; } = 1;

    /// <summary>How often a line is added to <c>log.csv</c>, in steps.</summary>
    /// <value>At least 1. The default value is 10.</value>
    public long LogEvery { get; init; } = 10;

    /// <summary>Is told of every step.</summary>
    public Action<VqStepReport>? OnStep { get; init; }

    /// <summary>Is told, in one line each, of what is worth knowing: broken pictures, the codebook's start, a resumed run.</summary>
    public Action<string>? Notice { get; init; }

    /// <exception cref="InvalidRequestException">A value is out of range.</exception>
    internal void Validate()
    {
        if (SaveEvery < 1 || KeptCheckpoints < 1 || LogEvery < 1 || Workers < 1)
            throw new InvalidRequestException(
                $"saving every {SaveEvery} steps, keeping {KeptCheckpoints} checkpoints, logging every {LogEvery} steps and {Workers} decoding threads are not possible: at least 1 each");
    }
}

/// <summary>How a run ended.</summary>
/// <param name="StepsDone">How many steps were done in all.</param>
/// <param name="IsFinished">Whether these were all; otherwise it was stopped, and can be resumed.</param>
public sealed record VqRunResult(long StepsDone, bool IsFinished);
