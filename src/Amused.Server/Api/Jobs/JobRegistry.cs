using System.Collections.Concurrent;

namespace Amused.Server;

/// <summary>
/// The jobs that can be asked about: all that are open, and the latest of those that have ended. Safe for use by several threads.
/// </summary>
internal sealed class JobRegistry
{
    private const int EndedKept = 100;
    private const long BytesKept = 128 << 20;
    private readonly ConcurrentDictionary<string, Job> jobs = new(StringComparer.Ordinal);

    /// <summary>The jobs, the latest first.</summary>
    public IReadOnlyList<Job> All => [.. jobs.Values.OrderByDescending(job => job.Submitted)];

    public void Add(Job job)
    {
        jobs[job.Id] = job;
        var (count, bytes) = (0, 0L);
        foreach (var ended in All.Where(job => job.HasEnded))
        {
            bytes += BytesOf(ended);
            if (++count > EndedKept || bytes > BytesKept)
                jobs.TryRemove(ended.Id, out _);
        }
    }

    public Job? Find(string id) => jobs.GetValueOrDefault(id);

    public void Remove(Job job) => jobs.TryRemove(job.Id, out _);

    private static long BytesOf(Job job) =>
        job.Last is JobEvent.Finished finished
            ? finished.Result.Images.Sum(image => (long)image.Png.Length + image.Image.Picture.Pixels.Length)
            : 0;
}
