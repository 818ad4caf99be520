using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Amused.Extensions.AI;

/// <summary>Loads a pipeline when it is first asked for, once for all who ask. A failure isn't kept: the next call tries again.</summary>
internal sealed partial class PipelineLoader(AmusedOptions options, ILogger logger) : PipelineSource
{
    private readonly Lock guard = new();
    private readonly CancellationTokenSource closing = new();
    private Task<AmusedPipeline>? loading;
    private bool closed;

    public override Task<AmusedPipeline> GetAsync(CancellationToken cancellation)
    {
        lock (guard)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (loading is null or { IsFaulted: true })
                loading = Task.Run(Load);
            return loading.WaitAsync(cancellation);
        }
    }

    public override void Dispose()
    {
        lock (guard)
        {
            if (closed)
                return;
            closed = true;
        }
        closing.Cancel();
        if (loading is null)
            return;
        // A loading that fails tells those who asked for it.
        Task.WhenAny(loading).Wait();
        if (loading.IsCompletedSuccessfully)
            loading.Result.Dispose();
    }

    private AmusedPipeline Load()
    {
        if (string.IsNullOrWhiteSpace(options.Model))
            throw new InvalidRequestException(
                $"a model is needed: set {nameof(AmusedOptions)}.{nameof(options.Model)} to a folder or a hub id such as "
                + "amused/amused-256");
        if (options.Loras.Any(lora => string.IsNullOrWhiteSpace(lora.Path)))
            throw new InvalidRequestException($"a LoRA's {nameof(AmusedLoraOptions.Path)} is missing: name its file, or a folder with it");
        var clock = Stopwatch.StartNew();
        var pipeline = AmusedPipeline.FromPretrained(
            options.Model, new() { Variant = options.Variant, Precision = options.Precision, Device = options.Device, Hub = options.Hub },
            closing.Token);
        try
        {
            foreach (var notice in pipeline.Notices)
                LogNotice(notice);
            foreach (var lora in options.Loras)
                foreach (var notice in pipeline.LoadLora(lora.Path, lora.Scale, lora.Alpha).Notices)
                    LogNotice(notice);
        }
        catch
        {
            pipeline.Dispose();
            throw;
        }
        LogLoaded(options.Model, pipeline.Precision, options.Device, clock.Elapsed.TotalSeconds);
        return pipeline;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded {Model} in {Precision} on {Device} within {Seconds:0.0} s")]
    private partial void LogLoaded(string model, Runtime.Precision precision, string device, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Notice}")]
    private partial void LogNotice(string notice);
}
