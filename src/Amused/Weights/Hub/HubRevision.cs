namespace Amused.Weights.Hub;

/// <summary>What names a state of a repository: a branch, a tag or a commit.</summary>
internal static class HubRevision
{
    /// <summary>The branch that is meant when none is named.</summary>
    public const string Default = "main";

    /// <summary>Whether a revision is a whole commit hash (40 hexadecimal digits), which names the same files for ever.</summary>
    public static bool IsCommit(string revision) => revision.Length == 40 && revision.All(char.IsAsciiHexDigit);

    /// <summary>Refuses what cannot be a git reference, or would leave the cache's <c>refs</c> folder.</summary>
    /// <exception cref="InvalidRequestException">The text is no revision.</exception>
    public static void Require(string revision)
    {
        if (!RepoPath.IsSafe(revision) || revision.Any(c => char.IsWhiteSpace(c) || "~^:?*[".Contains(c)))
            throw new InvalidRequestException(
                $"{FileFault.Quote(revision)} is no revision: write a branch, a tag or a commit hash, such as main");
    }
}
