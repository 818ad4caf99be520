namespace Amused.Weights.Hub;

/// <summary>A file as the hub announces it.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="ETag">Its content's name, which is also the blob's: see <see cref="ContentHash"/>.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record RemoteFile(string Path, string ETag, long Size);

/// <summary>A repository at one commit.</summary>
/// <param name="Commit">The commit's hash.</param>
/// <param name="Files">The paths of all files.</param>
internal sealed record RepoListing(string Commit, IReadOnlyList<string> Files);
