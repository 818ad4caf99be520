using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amused.Cli.Output;
using Amused.Training;
using Amused.Weights.Hub;

namespace Amused.Cli.Running;

/// <summary>Encodes a data set with a progress bar for people, a line of JSON for programs, and now and then a line for files.</summary>
internal sealed class EncodeJob(Host host, bool json)
{
    /// <summary>Where nobody watches a bar, the time between two lines.</summary>
    private static readonly TimeSpan LinesApart = TimeSpan.FromSeconds(30);

    public void Execute(EncodeChoice choice)
    {
        choice.ThrowIfContradictory();
        var display = ProgressDisplay.For(host);
        var folder = choice.Model is null ? null : HubRequests.Locate(choice.Model, choice.Hub, HubContent.Pipeline, host);
        using var models = display.Run($"loading {choice.Model ?? choice.Vqvae}", _ => folder is null
            ? EncodingModels.OfParts(choice.Vqvae!, choice.Tokenizer!, choice.TextLength, choice.Hub.Variant, choice.Device)
            : EncodingModels.OfCheckpoint(folder, choice.Text ?? EncodedText.States, choice.Hub.Variant, choice.Device));
        var result = display.Run("encoding", bar => Encode(choice, models, bar));
        if (result.Broken > 0)
            host.Note($"{result.Broken} broken pictures were left out");
        Show(choice.Output, result);
    }

    public void Verify(string folder) =>
        Show(folder, ProgressDisplay.For(host).Run("verifying", bar => EncodedCheck.Verify(folder, (done, all) => bar.Report(done, all), host.Cancellation)));

    private EncodingResult Encode(EncodeChoice choice, EncodingModels models, IProgressBar bar)
    {
        try
        {
            return ShardEncoder.Encode(choice.Output, choice.Data, models, choice.Seed, Options(choice, bar), host.Cancellation);
        }
        catch (OperationCanceledException)
        {
            bar.Note($"whole shards stay in {choice.Output}; the same command goes on after them");
            throw;
        }
    }

    private EncodingOptions Options(EncodeChoice choice, IProgressBar bar)
    {
        var options = new EncodingOptions();
        return options with
        {
            ShardSize = choice.ShardSize ?? options.ShardSize,
            Passes = choice.Passes ?? options.Passes,
            Force = choice.Force,
            Loader = options.Loader with { BatchSize = choice.BatchSize ?? options.Loader.BatchSize, Warning = bar.Note },
            Progress = Follow(bar),
        };
    }

    private Action<EncodingProgress> Follow(IProgressBar bar)
    {
        long? first = null;
        long started = 0, told = 0;
        return progress =>
        {
            // The first batch takes the warming up; speed is of what comes after it.
            if (first is null)
                (first, started, told) = (progress.Done, Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
            var speed = (progress.Done - first.Value) / Math.Max(Stopwatch.GetElapsedTime(started).TotalSeconds, 1e-9);
            var line = string.Create(CultureInfo.InvariantCulture, $"encoding: {progress.Done} pictures, {speed:0.0} images/s");
            if (progress.Total is { } total)
                bar.Report(progress.Done, total, line);
            else
                bar.Title(line);
            if (host.ShowsProgress || Stopwatch.GetElapsedTime(told) < LinesApart)
                return;
            told = Stopwatch.GetTimestamp();
            host.Error.WriteLine(progress.Total is { } all && speed > 0
                ? $"{line}, {Lines.Duration(TimeSpan.FromSeconds((all - progress.Done) / speed))} left"
                : line);
        };
    }

    private void Show(string folder, EncodingResult result) => host.Out.WriteLine(json
        ? JsonSerializer.Serialize(new { folder, result.Examples, result.Broken, result.Shards, result.Bytes }, JsonLines)
        : $"{folder}: {result.Examples} examples in {result.Shards} shard{(result.Shards == 1 ? "" : "s")}, {Lines.Bytes(result.Bytes)}");

    private static readonly JsonSerializerOptions JsonLines = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
