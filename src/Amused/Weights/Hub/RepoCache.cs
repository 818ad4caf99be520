using System.Text;

namespace Amused.Weights.Hub;

/// <summary>
/// One repository in the hub's cache, laid out as the hub's Python client lays it out, so that each finds what the other fetched:
/// <code>
/// models--org--name/
///   blobs/ETAG                       a file's content under its hash
///   blobs/ETAG.incomplete            what has come of it so far
///   refs/REVISION                    the commit that a branch or tag was last seen at
///   snapshots/COMMIT/PATH            a relative link to ../../blobs/ETAG (or the file itself where links don't work)
/// .locks/models--org--name/ETAG.lock held (flock) while that blob is fetched and linked
/// </code>
/// </summary>
/// <remarks>
/// A commit and a blob never change, so what is there is used as it is. The Python side also writes <c>.no_exist</c> (files asked for in
/// vain) and <c>trees</c> (listings); neither is needed here, since files are chosen from the repository's listing, and both are left
/// alone.
/// </remarks>
internal sealed class RepoCache(string cacheFolder, string repoId, bool symlinks = true, HubRepository? kind = null)
{
    private const string CacheTag =
        "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of the Hugging Face hub: its files can be fetched again.\n";

    private readonly string folderName = (kind ?? HubRepository.Model).ApiName + "--" + repoId.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>The repository's folder.</summary>
    public string Folder => Path.Combine(cacheFolder, folderName);

    /// <summary>Where a blob lies once it is whole.</summary>
    public string BlobPath(string etag) => Path.Combine(Folder, "blobs", etag);

    /// <summary>Where a blob grows.</summary>
    public string PartialPath(string etag) => BlobPath(etag) + ".incomplete";

    /// <summary>The file whose lock guards a blob.</summary>
    public string LockPath(string etag) => Path.Combine(cacheFolder, ".locks", folderName, etag + ".lock");

    /// <summary>The folder of a commit's files.</summary>
    public string SnapshotFolder(string commit) => Path.Combine(Folder, "snapshots", commit);

    /// <summary>Where one file of a commit lies.</summary>
    public string SnapshotPath(string commit, string path) => Path.Combine([SnapshotFolder(commit), .. path.Split('/')]);

    /// <summary>The commit that a revision stands for as far as the cache knows; null when it doesn't.</summary>
    public string? CommitOf(string revision)
    {
        if (HubRevision.IsCommit(revision))
            return revision;
        try
        {
            var commit = File.ReadAllText(RefPath(revision)).Trim();
            return RepoPath.IsPlainName(commit) ? commit : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Notes the commit that a branch or tag stands for. A cache that can't be written keeps its older note.</summary>
    public void SetRef(string revision, string commit)
    {
        if (revision == commit || CommitOf(revision) == commit)
            return;
        try
        {
            NewFile.Write(RefPath(revision), Encoding.ASCII.GetBytes(commit));
        }
        catch (BrokenInputException)
        {
            // The files are there, which is what was asked for; the next call asks the hub again.
        }
    }

    /// <summary>Whether a file of a commit is there.</summary>
    public bool Has(string commit, string path) => IsThere(SnapshotPath(commit, path));

    /// <summary>The paths of a commit's files that are really there: a link whose blob is gone doesn't count.</summary>
    public IReadOnlyCollection<string> FilesOf(string commit)
    {
        var folder = SnapshotFolder(commit);
        if (!Directory.Exists(folder))
            return [];
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(IsThere)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))];
    }

    /// <summary>Makes the folders that a download needs, and marks the cache for backup programs (bford.info/cachedir) if it can.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "blobs"));
        Directory.CreateDirectory(Path.Combine(Folder, "snapshots"));
        Directory.CreateDirectory(Path.Combine(cacheFolder, ".locks", folderName));
        var tag = Path.Combine(cacheFolder, "CACHEDIR.TAG");
        try
        {
            if (!File.Exists(tag))
                File.WriteAllText(tag, CacheTag);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // another process is writing it, or the cache is someone else's: no reason not to download
        }
    }

    /// <summary>Makes a whole blob visible as a file of a commit. Call it under the blob's lock.</summary>
    /// <param name="etag">The blob.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="path">The file's path in the repository.</param>
    /// <param name="mayMove">
    /// Whether the blob is new, so that no other snapshot needs it: without links it is then moved, else copied.
    /// </param>
    public void Publish(string etag, string commit, string path, bool mayMove)
    {
        var target = SnapshotPath(commit, path);
        if (IsThere(target))
            return;
        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        File.Delete(target); // a link whose blob is gone
        if (symlinks && TryLink(target, Path.GetRelativePath(folder, BlobPath(etag))))
            return;
        if (mayMove)
            File.Move(BlobPath(etag), target);
        else
            CopyWhole(BlobPath(etag), target);
    }

    /// <summary>.NET says of a link that leads nowhere that it exists; its target doesn't.</summary>
    private static bool IsThere(string path) => RealFile.At(path).Exists;

    private static bool TryLink(string link, string blob)
    {
        try
        {
            File.CreateSymbolicLink(link, blob);
            return true;
        }
        catch (IOException) when (File.Exists(link))
        {
            return true; // a client that doesn't share our lock was faster
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return false; // Windows without the right to link, FAT, some network drives
        }
    }

    private static void CopyWhole(string source, string target)
    {
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.Copy(source, temporary);
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private string RefPath(string revision) => Path.Combine([Folder, "refs", .. revision.Split('/')]);
}
