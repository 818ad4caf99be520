using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.Weights.Hub;

namespace Amused.Cli.Running;

/// <summary>From the command line's words to the hub's client.</summary>
internal static class HubRequests
{
    public static HubOptions ToHubOptions(this HubChoice choice, IProgressBar bar, HubContent content = HubContent.Pipeline) => new()
    {
        Revision = choice.Revision,
        Variant = choice.Variant,
        Content = content,
        CacheFolder = choice.CacheFolder,
        Token = choice.Token,
        Offline = choice.Offline ? true : null,
        Progress = new BarReport(bar),
        Notice = bar.Note,
    };

    /// <summary>The folder of a model, downloaded when it isn't there yet.</summary>
    /// <exception cref="BrokenInputException">There is no such model, or it can't be had.</exception>
    public static string Locate(string model, HubChoice choice, HubContent content, Host host)
    {
        using var hub = new HubClient();
        return ProgressDisplay.For(host).Run($"fetching {model}", bar =>
            hub.LocateAsync(model, choice.ToHubOptions(bar, content), host.Cancellation).GetAwaiter().GetResult());
    }

    private sealed class BarReport(IProgressBar bar) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => bar.Report(value.BytesDone, value.BytesTotal,
            $"{value.File} ({Lines.Bytes(value.BytesDone)} of {Lines.Bytes(value.BytesTotal)})");

    }
}
