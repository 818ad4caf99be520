using Amused.Training;

namespace Amused.Cli.Running;

/// <summary>Says how a run ended.</summary>
internal static class TrainingEnding
{
    /// <summary>Tells of broken pictures, and of a run that was stopped.</summary>
    /// <exception cref="OperationCanceledException">The user stopped it.</exception>
    public static void Tell(Host host, TrainingResult result, string? checkpoint)
    {
        if (result.BrokenImages > 0)
            host.Note($"{result.BrokenImages} broken pictures were skipped");
        if (result.End != TrainingEnd.Complete)
            host.Note($"stopped after step {result.Step} and saved {checkpoint}; --resume latest goes on");
        if (result.End == TrainingEnd.Cancelled)
            throw new OperationCanceledException(host.Cancellation);
    }
}
