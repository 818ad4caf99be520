namespace Amused.Weights.Hub;

/// <summary>A file as the hub announces it.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Blob">
/// What its blob is called in the cache: its hash where that is known (see <see cref="ContentHash"/>), else a name of its own.
/// </param>
/// <param name="Size">Its size in bytes; null where only its download will tell.</param>
internal sealed record RemoteFile(string Path, string Blob, long? Size);

/// <summary>A repository at one commit.</summary>
/// <param name="Commit">The commit's hash.</param>
/// <param name="Files">The paths of all files.</param>
internal sealed record RepoListing(string Commit, IReadOnlyList<string> Files);
