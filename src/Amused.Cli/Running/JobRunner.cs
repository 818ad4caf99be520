using Amused.Cli.Input;
using Amused.Cli.Output;

namespace Amused.Cli.Running;

/// <summary>Runs jobs one after the other: names and checks all files first, then loads, generates and writes.</summary>
internal sealed class JobRunner(Host host, bool json)
{
    private readonly IProgressDisplay progress = ProgressDisplay.For(host);
    private readonly HashSet<string> told = [];

    public void Execute(IReadOnlyList<GenerationJob> jobs)
    {
        var plans = OutputPlan.Create(jobs);
        using var pipelines = new PipelineHolder(host, progress);
        foreach (var (i, job) in jobs.Index())
        {
            host.Cancellation.ThrowIfCancellationRequested();
            // Pictures are read before the model: a broken one is found out sooner.
            var request = PromptLine.InLine(job.Origin, job.ToRequest);
            var (pipeline, loadTime) = PromptLine.InLine(job.Origin, () => pipelines.Get(job.Model, job.Loras));
            if (loadTime > TimeSpan.Zero)
                CheckSizes(jobs.Skip(i).Where(later => later.Model == job.Model), pipeline);
            var made = PromptLine.InLine(job.Origin, () => Generate(job, request, pipeline, loadTime, Title(job, i, jobs.Count)));
            PromptLine.InLine(job.Origin, () => Save(made, plans[i]));
            Tell(made, plans[i]);
        }
    }

    /// <summary>What only the model can tell of later lines is asked as soon as it is there.</summary>
    private static void CheckSizes(IEnumerable<GenerationJob> jobs, AmusedPipeline pipeline)
    {
        foreach (var job in jobs)
            PromptLine.InLine(job.Origin, () => job.CheckSize(pipeline));
    }

    private static string Title(GenerationJob job, int index, int count)
    {
        var place = count > 1 ? $"{index + 1}/{count} " : "";
        var number = job.ImageCount > 1 ? $" ({job.ImageCount} pictures)" : "";
        return $"{place}{Lines.Shorten(Lines.Single(job.PromptOf(0)), 40)}{number}";
    }

    private Made Generate(GenerationJob job, GenerationRequest request, AmusedPipeline pipeline, TimeSpan loadTime, string title)
    {
        var steps = new List<StepProgress>();
        var keepsSteps = job.Output.SaveSteps || job.Output.Animations is not null;
        var result = progress.Run(title, bar => pipeline.Generate(request with
        {
            OnStep = step =>
            {
                if (keepsSteps)
                    steps.Add(step);
                // Decoding counts as one more step, so that the bar isn't full before it.
                bar.Report(step.StepsDone, step.StepCount + 1, step.StepsDone == step.StepCount ? $"{title}: decoding" : null);
            },
        }, host.Cancellation));
        // Many lines may share a prompt: what is to be said of it is said once.
        foreach (var notice in result.Notices.Where(told.Add))
            host.Note(job.Origin is null ? notice : $"{job.Origin}: {notice}");
        return new(job, request, pipeline, loadTime, result, steps);
    }

    private bool Save(Made made, OutputPlan plan)
    {
        var images = made.Result.Images;
        for (var k = 0; k < images.Count; k++)
            images[k].Save(plan.Pictures[k], made.Text(k));
        if (plan.Tokens is { } tokens)
            TokenFile.Save(tokens, images.Select(image => image.Tokens), made.Job.Output.SaveSteps ? made.Steps.Select(step => step.Images.Select(image => image.Tokens)) : null);
        for (var k = 0; k < plan.Animations.Count; k++)
            progress.Run($"animation {Path.GetFileName(plan.Animations[k])}", bar => StepAnimation.Save(
                plan.Animations[k], made.Pipeline, [.. made.Steps.Select(step => step.Images[k])], images[k].Picture, made.Text(k), bar, host.Cancellation));
        return true;
    }

    private void Tell(Made made, OutputPlan plan)
    {
        for (var k = 0; k < made.Result.Images.Count; k++)
            host.Out.WriteLine(json
                ? ImageLine.Compose(plan, k, made.Job.PromptOf(k), made.Result, made.LoadTime)
                : $"{plan.Pictures[k]} (seed {made.Result.Images[k].Seed})");
    }

    /// <summary>What one job made, before it is written.</summary>
    private sealed record Made(
        GenerationJob Job, GenerationRequest Request, AmusedPipeline Pipeline, TimeSpan LoadTime, GenerationResult Result, IReadOnlyList<StepProgress> Steps)
    {
        public IReadOnlyDictionary<string, string> Text(int k) => PictureSettings.ToText(
            JobSettings.Of(Job, Request, Pipeline, Result, k), Result.Images[k].Picture.Width, Result.Images[k].Picture.Height);
    }
}
