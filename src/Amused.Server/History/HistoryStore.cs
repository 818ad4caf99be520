using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Amused.Server;

/// <summary>
/// The pictures that were made: files, and an index of them. A picture is written whole under another name, renamed, and only then entered, so that every row has its file whenever the
/// process ends; a file without a row is an orphan and goes at the next start. Safe for use by several threads.
/// </summary>
internal sealed partial class HistoryStore : IDisposable
{
    /// <summary>The largest part that is given at once.</summary>
    public const int LargestPart = 200;

    /// <summary>How often pictures that have become too old are looked for.</summary>
    private static readonly TimeSpan AgeCheck = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly string pictures;
    private readonly RetentionLimits retention;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly FileStream owner;
    private readonly HistoryIndex index;
    private ITimer? clock;
    private bool closed;

    private HistoryStore(string folder, RetentionLimits retention, TimeProvider time, ILogger logger)
    {
        (this.retention, this.time, this.logger) = (retention, time, logger);
        pictures = Path.Combine(folder, "pictures");
        CreatePrivateFolder(folder);
        Directory.CreateDirectory(pictures);
        // One process at a time: another one's unfinished pictures would look like orphans.
        owner = new(Path.Combine(folder, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            index = new(Path.Combine(folder, "history.db"));
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>How many orphans the start has swept away: files without a row, rows without a file.</summary>
    public int Swept { get; private set; }

    /// <summary>Opens the history of a folder, which is made if need be, and sweeps it.</summary>
    /// <exception cref="BrokenInputException">The folder can't be written, its index is damaged, or another server has it.</exception>
    public static HistoryStore Open(string folder, RetentionLimits retention, TimeProvider time, ILogger logger)
    {
        if (File.Exists(folder))
            throw FileFault.Of(folder, "is a file; the history needs a folder");
        try
        {
            var store = new HistoryStore(folder, retention, time, logger);
            store.Sweep();
            store.Retain();
            // Pictures grow old also while nobody makes any.
            if (retention.Age is not null)
                store.clock = time.CreateTimer(_ => store.RetainByClock(), null, AgeCheck, AgeCheck);
            return store;
        }
        catch (SqliteException e)
        {
            throw new BrokenInputException($"{folder}: the index history.db cannot be read ({FileFault.Printable(e.Message)}): move it away to start a new one", e);
        }
        catch (IOException e) when (Weights.Hub.FileLock.IsHeld(e))
        {
            throw new BrokenInputException($"{folder} belongs to a server that runs: give this one another --data folder", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BrokenInputException(
                $"the history's folder {folder} cannot be written ({FileFault.Printable(e.Message)}): --data names another one, --no-history goes without", e);
        }
    }

    /// <summary>Keeps a picture.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="BrokenInputException">It can't be written: the disk is full.</exception>
    public string Add(byte[] png, JobRequest request, GeneratedImage image, JsonObject settings)
    {
        var item = new HistoryItem(
            RandomName.Create(), time.GetUtcNow(), request.Prompt, image.Picture.Width, image.Picture.Height, png.Length, settings.ToJsonString(PictureSettings.Readable));
        NewFile.Write(PathOf(item.Id), png);
        lock (gate)
        {
            try
            {
                index.Add(item);
            }
            catch (SqliteException e)
            {
                File.Delete(PathOf(item.Id));
                throw new BrokenInputException($"the history's index cannot be written: {FileFault.Printable(e.Message)}", e);
            }
            TryRetain();
        }
        return item.Id;
    }

    /// <summary>A picture's row; null when there is none.</summary>
    public HistoryItem? Find(string id)
    {
        lock (gate)
            return RandomName.Is(id) ? index.Find(id) : null;
    }

    /// <summary>A picture's file; null when there is none.</summary>
    public byte[]? Read(string id)
    {
        if (Find(id) is null)
            return null;
        try
        {
            return File.ReadAllBytes(PathOf(id));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes a picture away, its row first.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string id)
    {
        lock (gate)
        {
            if (!RandomName.Is(id) || !index.Remove(id))
                return false;
        }
        File.Delete(PathOf(id));
        return true;
    }

    /// <summary>Pictures whose prompts hold all words of a text, newest first.</summary>
    /// <remarks>Parts follow each other by number, which stays a place in the list when its picture is deleted meanwhile.</remarks>
    public HistoryPart Search(string? text, long? before, int count)
    {
        var words = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(16).ToArray();
        lock (gate)
        {
            var items = index.Search(words, before, count);
            return new(items, items.Count == count ? index.NumberOf(items[^1].Id) : null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        clock?.Dispose();
        lock (gate)
        {
            closed = true;
            index.Dispose();
        }
        owner.Dispose();
    }

    /// <summary>What others asked for is nobody else's business on a machine with several users.</summary>
    private static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>By the first two digits of the id, as a folder of a hundred thousand files is slow to list.</summary>
    private string PathOf(string id) => Path.Combine(pictures, id[..2], $"{id}.png");

    private void Sweep()
    {
        var ids = index.Ids().ToHashSet(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(pictures, "*", SearchOption.AllDirectories).ToList();
        foreach (var file in files.Where(file => IsOurs(file) && !ids.Remove(Path.GetFileNameWithoutExtension(file))))
        {
            File.Delete(file);
            Swept++;
        }
        foreach (var lost in ids)
        {
            index.Remove(lost);
            Swept++;
        }
    }

    /// <summary>Whether the store wrote the file: a picture, or one that never got its name.</summary>
    private static bool IsOurs(string file) =>
        (RandomName.Is(Path.GetFileNameWithoutExtension(file)) && Path.GetExtension(file) == ".png")
        || (Path.GetFileName(file).StartsWith(".amused-", StringComparison.Ordinal) && Path.GetExtension(file) == ".tmp");

    private void RetainByClock()
    {
        lock (gate)
        {
            // A tick may be on its way when the store closes.
            if (!closed)
                TryRetain();
        }
    }

    /// <summary>The picture that was added is kept, whatever becomes of those that should make room for it.</summary>
    private void TryRetain()
    {
        try
        {
            Retain();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            LogNotRetained(e);
        }
    }

    private void Retain()
    {
        while (index.Totals() is (var count, var bytes, { } oldest) && (count > retention.Pictures || bytes > retention.Bytes || time.GetUtcNow() - oldest.Created > retention.Age))
        {
            index.Remove(oldest.Id);
            File.Delete(PathOf(oldest.Id));
        }
    }

    [LoggerMessage(LogLevel.Error, "Old pictures of the history could not be deleted")]
    private partial void LogNotRetained(Exception cause);
}
