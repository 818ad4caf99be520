using System.Diagnostics;
using Amused.Lora;

namespace Amused.Server;

/// <summary>
/// A model in memory and the jobs that it advances. Used by the engine's thread alone, but for <see cref="ImagesRunning"/> and what never
/// changes.
/// </summary>
/// <remarks>
/// LoRAs are applied to the whole network, so that only requests with the same ones run together; others wait until these have left.
/// </remarks>
internal sealed class LoadedModel : IDisposable
{
    private readonly AmusedPipeline pipeline;
    private readonly StepBatch batch;
    private readonly ServerMetrics metrics;
    private readonly List<RunningJob> running = [];
    private IReadOnlyList<LoraUse> applied = [];
    private double secondsPerStep;
    private volatile int imagesRunning;

    public LoadedModel(string id, AmusedPipeline pipeline, ServerMetrics metrics, int imagesAtOnce)
    {
        (Id, this.pipeline, this.metrics) = (id, pipeline, metrics);
        Facts = ModelFacts.Of(pipeline);
        batch = pipeline.NewStepBatch(imagesAtOnce);
    }

    public string Id { get; }

    public ModelFacts Facts { get; }

    /// <summary>When it was last used, as the engine counts its rounds.</summary>
    public long LastUse { get; set; }

    public IReadOnlyList<RunningJob> Running => running;

    /// <summary>How many images are under way; requests and metrics read it beside the engine's thread.</summary>
    public int ImagesRunning => imagesRunning;

    public bool IsIdle => running.Count == 0;

    /// <summary>Whether a job can join what runs already.</summary>
    public bool CanTake(JobRequest request, int limit) =>
        IsIdle || (applied.SequenceEqual(request.Loras) && ImagesRunning + request.ImageCount <= limit);

    /// <summary>Applies a job's LoRAs and lets it join.</summary>
    public void Start(Job job)
    {
        Apply(job.Request.Loras);
        var clock = Stopwatch.StartNew();
        RunningJob joined = new(job, batch.Join(job.Request.Generation));
        running.Add(joined);
        imagesRunning += joined.Generation.ImageCount;
        metrics.Stage("encode", clock.Elapsed);
        job.Tell(new JobEvent.Started());
    }

    /// <summary>Moves all that runs on by one step.</summary>
    public void Step()
    {
        var clock = Stopwatch.StartNew();
        var moving = running.Where(job => !job.Generation.Done).Sum(job => job.Generation.ImageCount);
        var sizes = batch.Step();
        metrics.Step(moving, sizes, clock.Elapsed);
        secondsPerStep = secondsPerStep == 0 ? clock.Elapsed.TotalSeconds : 0.7 * secondsPerStep + 0.3 * clock.Elapsed.TotalSeconds;
        foreach (var job in running.Where(job => job.Generation.StepsDone > 0))
            job.TellStep(secondsPerStep);
    }

    /// <summary>Decodes a job's pictures.</summary>
    public GenerationResult Finish(RunningJob job)
    {
        var clock = Stopwatch.StartNew();
        var result = job.Generation.Finish(job.Job.Cancellation);
        metrics.Stage("decode", clock.Elapsed);
        return result;
    }

    /// <summary>Lets a job go.</summary>
    public void Leave(RunningJob job)
    {
        if (running.Remove(job))
            imagesRunning -= job.Generation.ImageCount;
        job.Generation.Dispose();
    }

    public void Dispose()
    {
        batch.Dispose();
        pipeline.Dispose();
    }

    /// <summary>
    /// Which LoRA goes with which model is the request's choice: one that doesn't is its fault, in the words that it used.
    /// </summary>
    private AppliedLora Load(LoraUse lora)
    {
        try
        {
            return pipeline.LoadLora(lora.File, lora.Scale);
        }
        catch (BrokenInputException e)
        {
            // Where the server keeps it is not the client's business.
            var path = FileFault.Printable(lora.File);
            var reason = e.Message.Replace($"{path}: ", "", StringComparison.Ordinal)
                .Replace(path, FileFault.Quote(lora.Name), StringComparison.Ordinal);
            throw ApiException.Value("loras",
                $"the LoRA {FileFault.Quote(lora.Name)} can't be used with the model {FileFault.Quote(Id)}: {reason}");
        }
    }

    private void Apply(IReadOnlyList<LoraUse> wanted)
    {
        if (applied.SequenceEqual(wanted))
            return;
        foreach (var lora in pipeline.Loras)
            pipeline.UnloadLora(lora);
        applied = [];
        List<AppliedLora> loaded = [];
        try
        {
            foreach (var lora in wanted)
                loaded.Add(Load(lora));
        }
        catch
        {
            loaded.ForEach(pipeline.UnloadLora);
            throw;
        }
        applied = wanted;
    }
}
