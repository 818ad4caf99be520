namespace Amused.Training;

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All its updates are done.</summary>
    Complete,

    /// <summary>It was cancelled; a checkpoint was written.</summary>
    Cancelled,

    /// <summary>Its time was over; a checkpoint was written.</summary>
    TimeOver,
}

/// <summary>What a run came to.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Step">How many updates are done in all.</param>
/// <param name="LastLoss">The loss of the last one; not a number where there was none.</param>
/// <param name="BrokenImages">How many broken pictures were skipped.</param>
public sealed record TrainingResult(TrainingEnd End, long Step, double LastLoss, long BrokenImages);
