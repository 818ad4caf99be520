namespace Amused.Weights.Hub;

/// <summary>Adds up what several files' downloads report; a file of unknown size counts with what has come of it.</summary>
internal sealed class TransferProgress(IProgress<DownloadProgress>? sink, IReadOnlyCollection<RemoteFile> files)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> done = files.ToDictionary(file => file.Path, _ => 0L);
    private long bytesTotal = files.Sum(file => file.Size ?? 0);
    private long bytesDone;
    private int filesDone;

    /// <summary>A file has that many bytes now.</summary>
    public void Report(RemoteFile file, long bytes) => Add(file, bytes, isComplete: false);

    /// <summary>A file is there and checked.</summary>
    public void Complete(RemoteFile file) => Add(file, file.Size, isComplete: true);

    private void Add(RemoteFile file, long? bytes, bool isComplete)
    {
        if (sink is null)
            return;
        lock (gate) // the sink too: its news arrive one by one and in order
        {
            var now = bytes ?? done[file.Path];
            var more = now - done[file.Path];
            bytesDone += more;
            bytesTotal += file.Size is null ? more : 0;
            done[file.Path] = now;
            filesDone += isComplete ? 1 : 0;
            sink.Report(new DownloadProgress(file.Path, bytesDone, bytesTotal, filesDone, files.Count, now, file.Size ?? now));
        }
    }
}
