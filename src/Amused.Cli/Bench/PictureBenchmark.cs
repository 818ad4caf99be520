using System.Diagnostics;
using Amused.Runtime;

namespace Amused.Cli.Bench;

/// <summary>
/// Measures a pipeline from loading to pixels:
/// <list type="number">
/// <item>The process's memory mark is set back, and the pipeline loaded.</item>
/// <item>Pictures are made, some to warm up, then those that count.</item>
/// <item>The memory mark is read, and then the rates of plain matrix products, so that machines and their moods can be told apart.</item>
/// </list>
/// </summary>
/// <remarks>Peak memory is a configuration's own in a process that does nothing else; later in a process, it has on it whatever earlier work left behind.</remarks>
internal static class PictureBenchmark
{
    /// <summary>Each call has prompts that were never seen before: a pipeline may keep the text states of others.</summary>
    private const string Prompt = "a photo of an astronaut riding a horse on mars, number";

    private static int measurements;

    /// <summary>Measures.</summary>
    /// <param name="load">Loads the pipeline, which is disposed of at the end.</param>
    /// <param name="setting">What to make, and how often.</param>
    /// <param name="cancellation">Stops within a step.</param>
    /// <returns>A row without model and device, which the caller knows. Its memory is null where the mark could not be set back after earlier work.</returns>
    /// <exception cref="InvalidRequestException">The model can't make what is asked for.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static BenchmarkRow Measure(Func<AmusedPipeline> load, BenchmarkSetting setting, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentOutOfRangeException.ThrowIfLessThan(setting.Repeats, 1);
        var isMemoryOurs = PeakMemory.TryReset() || IsFirst();
        var clock = Stopwatch.StartNew();
        using var pipeline = load();
        var loadTime = clock.Elapsed;

        List<Call> calls = [];
        for (var number = 0; number < setting.WarmUps + setting.Repeats; number++)
        {
            setting.OnCall?.Invoke(number);
            var call = Make(pipeline, setting, number, cancellation);
            if (number >= setting.WarmUps)
                calls.Add(call);
        }
        var memory = isMemoryOurs ? PeakMemory.Bytes() : (long?)null;
        return Row(pipeline, setting, calls) with
        {
            Seconds = Seconds(calls, loadTime),
            PeakMemoryBytes = memory,
            MatrixGflops = MatrixProducts.Measure(pipeline.Models.Device, cancellation),
        };
    }

    private static Call Make(AmusedPipeline pipeline, BenchmarkSetting setting, int number, CancellationToken cancellation)
    {
        var steps = 0;
        TextToImageRequest request = new([.. Enumerable.Range(number * setting.Batch, setting.Batch).Select(picture => $"{Prompt} {picture}")])
        {
            Width = setting.Width,
            Height = setting.Height,
            Steps = setting.Steps,
            GuidanceScale = setting.GuidanceScale,
            Seed = number,
            OnStep = step => steps = step.StepCount,
        };
        var clock = Stopwatch.StartNew();
        var result = pipeline.Generate(request, cancellation);
        return new(clock.Elapsed, result.Timings, steps, result.Images[0].Picture.Width, result.Images[0].Picture.Height);
    }

    private static BenchmarkRow Row(AmusedPipeline pipeline, BenchmarkSetting setting, List<Call> calls) => new()
    {
        System = $"amused {PictureSettings.Version}",
        Machine = ThisMachine.Name,
        Width = calls[0].Width,
        Height = calls[0].Height,
        Steps = calls[0].Steps,
        GuidanceScale = Math.Round(setting.GuidanceScale ?? pipeline.Defaults.GuidanceScale, 4),
        Batch = setting.Batch,
        Precision = PrecisionNames.Of(pipeline.Precision),
    };

    private static StageFigures Seconds(List<Call> calls, TimeSpan loadTime) => new()
    {
        Load = Figure.Of(loadTime.TotalSeconds),
        Text = Figure.Of(calls.Select(call => call.Stages.TextEncoding.TotalSeconds)),
        Step = Figure.Of(calls.Select(call => call.Stages.Sampling.TotalSeconds / call.Steps)),
        Decoder = Figure.Of(calls.Select(call => call.Stages.Decoding.TotalSeconds)),
        Whole = Figure.Of(calls.Select(call => call.Whole.TotalSeconds)),
    };

    private static bool IsFirst() => Interlocked.Increment(ref measurements) == 1;

    private sealed record Call(TimeSpan Whole, StageTimings Stages, int Steps, int Width, int Height);
}
