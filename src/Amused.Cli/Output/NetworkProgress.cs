namespace Amused.Cli.Output;

/// <summary>Shows how far the writing of a checkpoint is.</summary>
internal static class NetworkProgress
{
    /// <summary>Moves a bar through each of the networks in turn.</summary>
    public static IProgress<(string Part, long Written, long Bytes)> OfNetworks(this IProgressBar bar) =>
        new ImmediateProgress<(string Part, long Written, long Bytes)>(now => bar.Report(now.Written, now.Bytes, $"writing {now.Part}"));
}
