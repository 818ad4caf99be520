using System.Globalization;

namespace Amused.Training;

/// <summary>
/// The checkpoints of a run: folders <c>checkpoint-500</c>, each of which appears whole or not at all. It is written under another name, forced to the disk and renamed;
/// only then are older ones removed. So at any moment the newest folder is good.
/// </summary>
internal sealed class CheckpointStore(string folder, int limit)
{
    private const string Prefix = "checkpoint-";
    private const string TemporaryPrefix = ".checkpoint-";

    /// <summary>The folder of the newest checkpoint; null where there is none.</summary>
    public string? Latest => All().LastOrDefault().Path;

    /// <summary>Finds the checkpoint that a run goes on from, and compares its files with their hashes.</summary>
    /// <param name="setting"><c>latest</c>, a checkpoint's folder, or null for a new run.</param>
    /// <param name="notice">Is told where the latest one is broken, so that the one before it is taken.</param>
    /// <returns>Its folder; null where the run starts anew.</returns>
    /// <exception cref="InvalidRequestException">A new run is to start among the checkpoints of another, the latest of which would later pass for its own.</exception>
    /// <exception cref="BrokenInputException">The checkpoint is missing or broken, or all that there are.</exception>
    public string? Find(string? setting, Action<string>? notice = null) => setting switch
    {
        null when Latest is { } other => throw new InvalidRequestException(
            $"{FileFault.Printable(folder)} holds a run already, up to {Path.GetFileName(other)}: go on with it by --resume latest, name another --output, or remove the folder"),
        "latest" => LatestGood(notice),
        null => null,
        _ => CheckpointManifest.FaultOf(setting) is { } fault ? throw new BrokenInputException(fault) : setting,
    };

    /// <summary>Writes a checkpoint and removes those that are too many.</summary>
    /// <param name="step">Its number.</param>
    /// <param name="write">Fills a folder that is there and empty.</param>
    /// <param name="identity">What tells the run's model and data from others; null: nothing.</param>
    /// <returns>Its folder.</returns>
    /// <exception cref="BrokenInputException">The disk is full, rights are missing; older checkpoints are as they were.</exception>
    public string Save(long step, Action<string> write, IReadOnlyDictionary<string, string>? identity = null)
    {
        var temporary = Path.Combine(folder, $"{TemporaryPrefix}{Guid.NewGuid():N}.tmp");
        var path = PathOf(step);
        try
        {
            RemoveUnfinished();
            Directory.CreateDirectory(temporary);
            write(temporary);
            CheckpointManifest.Write(temporary, identity ?? new Dictionary<string, string>());
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true); // Of an earlier run over the same steps.
            Directory.Move(temporary, path);
            RemoveOld(keep: path);
            return path;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(path, $"the checkpoint cannot be written: {FileFault.Printable(cause.Message)}", cause);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    private string? LatestGood(Action<string>? notice)
    {
        List<string> faults = [];
        foreach (var (_, path) in All().Reverse())
        {
            if (CheckpointManifest.FaultOf(path) is not { } fault)
            {
                if (faults.Count > 0)
                    notice?.Invoke($"{faults[0]}; going on from {Path.GetFileName(path)}, the newest checkpoint that is whole");
                return path;
            }
            faults.Add(fault);
        }

        return faults.Count == 0 ? null : throw new BrokenInputException($"{faults[0]}; no checkpoint in {FileFault.Printable(folder)} is whole");
    }

    private string PathOf(long step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}"));

    private IReadOnlyList<(long Step, string Path)> All() => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateDirectories(folder, $"{Prefix}*")
            .Select(path => (Step: long.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1, Path: path))
            .Where(one => one.Step >= 0)
            .OrderBy(one => one.Step),
    ];

    private void RemoveOld(string keep)
    {
        if (limit <= 0)
            return;
        foreach (var (_, path) in All().Where(one => one.Path != keep).Reverse().Skip(limit - 1))
        {
            // Renamed first: a half-removed folder must not pass for a checkpoint.
            var doomed = Path.Combine(folder, $"{TemporaryPrefix}{Guid.NewGuid():N}.tmp");
            Directory.Move(path, doomed);
            Directory.Delete(doomed, recursive: true);
        }
    }

    /// <summary>Removes what a killed run left behind.</summary>
    private void RemoveUnfinished()
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var path in Directory.EnumerateDirectories(folder, $"{TemporaryPrefix}*.tmp"))
            Directory.Delete(path, recursive: true);
    }
}
