using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// The life of a run, whatever it trains: its folder is locked, a checkpoint is gone on from, updates are made and counted, checkpoints are written, and the run ends when all is
/// done, when its time is over or when it is cancelled. A run that is stopped, or killed, and then resumed ends with the weights of one that was not.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly RunSettings settings;
    private readonly RunLock held;
    private readonly CheckpointStore checkpoints;
    private readonly RunIdentity identity;
    private readonly ITrainingObjective objective;
    private TrainingProgress progress = TrainingProgress.None;

    private TrainingLoop(RunSettings settings, RunLock held, CheckpointStore checkpoints, ITrainingObjective objective)
    {
        (this.settings, this.held, this.checkpoints, this.objective) = (settings, held, checkpoints, objective);
        identity = new(settings.Checkpoints.Force);
        objective.AddTo(identity);
    }

    /// <summary>How many updates are done.</summary>
    public long Step => progress.Step;

    /// <summary>The place of the next example.</summary>
    public DataPosition Position => new(progress.Epoch, progress.Index);

    private bool IsCheckpointStep => settings.Checkpoints.Every > 0 && Step % settings.Checkpoints.Every == 0 && progress.BadSteps == 0;

    /// <summary>Takes the run's folder, makes what is trained, and loads the checkpoint where the run is to go on from one.</summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="make">Makes what is trained; told whether the run goes on from a checkpoint.</param>
    /// <param name="notice">Is told where the newest checkpoint is broken.</param>
    public static TrainingLoop Begin(RunSettings settings, Func<bool, ITrainingObjective> make, Action<string>? notice)
    {
        TorchRuntime.EnsureLoaded();
        var held = RunLock.Take(settings.Output, "training");
        ITrainingObjective? objective = null;
        try
        {
            CheckpointStore checkpoints = new(settings.Output, settings.Checkpoints.Limit);
            var resumed = checkpoints.Find(settings.Checkpoints.Resume, notice);
            using var scope = NewDisposeScope();
            objective = make(resumed is not null);
            TrainingLoop loop = new(settings, held, checkpoints, objective);
            if (resumed is not null)
                loop.Resume(resumed);
            return loop;
        }
        catch
        {
            objective?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Refuses data that are not those of the run that is resumed.</summary>
    /// <param name="hash">What tells them from others; null: there is no telling.</param>
    /// <exception cref="InvalidRequestException">They are others.</exception>
    public void CompareData(string? hash) => identity.AddAndCompare("data", hash);

    /// <summary>Trains until all updates are done, the time is over or the call is cancelled, and saves.</summary>
    public TrainingResult Run(ITrainingRun run, IRunHooks hooks, CancellationToken cancellation)
    {
        var started = hooks.Clock.GetTimestamp();
        var last = double.NaN;
        while (Step < settings.MaxSteps)
        {
            if (settings.Checkpoints.TimeLimit > 0 && hooks.Clock.GetElapsedTime(started).TotalSeconds >= settings.Checkpoints.TimeLimit)
                return Stop(TrainingEnd.TimeOver);
            UpdateOutcome outcome;
            try
            {
                cancellation.ThrowIfCancellationRequested();
                outcome = run.Update(Step, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return Stop(TrainingEnd.Cancelled);
            }
            last = outcome.Loss;
            Count(outcome, hooks);
            outcome.Tell();
            if (IsCheckpointStep)
                SaveCheckpoint(hooks);
            run.Show(Step);
            if (IsCheckpointStep || Step == settings.MaxSteps)
                run.Judge();
        }
        objective.Save(settings.Output);
        return Stop(TrainingEnd.Complete);

        TrainingResult Stop(TrainingEnd end)
        {
            if (end != TrainingEnd.Complete || !IsCheckpointStep)
                SaveCheckpoint(hooks);
            if (end == TrainingEnd.TimeOver)
                run.Judge();
            return new(end, Step, last, run.Broken);
        }
    }

    /// <summary>Frees what is trained and lets go of the folder.</summary>
    public void Dispose()
    {
        objective.Dispose();
        held.Dispose();
    }

    private void Resume(string from)
    {
        var differences = settings.DifferencesFrom(Path.Combine(from, TrainingCheckpoint.ConfigName));
        identity.Compare(from, CheckpointManifest.Read(from).Identity, differences);
        progress = TrainingCheckpoint.Read(from, objective.Weights, objective.State);
    }

    private void Count(UpdateOutcome outcome, IRunHooks hooks)
    {
        progress = new() { Step = Step + 1, Epoch = outcome.Next.Epoch, Index = outcome.Next.Index, BadSteps = outcome.IsBad ? progress.BadSteps + 1 : 0 };
        progress.ThrowIfHopeless(settings.MaxBadSteps, checkpoints);
        if (outcome.IsBad)
            hooks.Notice?.Invoke($"step {Step}: the loss or its gradients were no finite numbers; the step was left out");
    }

    private void SaveCheckpoint(IRunHooks hooks)
    {
        var path = checkpoints.Save(Step, folder =>
        {
            objective.SaveBeside(folder);
            TrainingCheckpoint.Write(folder, settings.Saved, progress, objective.Weights, objective.State);
        }, identity.Values);
        hooks.OnCheckpoint?.Invoke(path);
    }
}
