namespace Amused.Weights.Hub;

/// <summary>Names that a server sends and that become paths on this machine.</summary>
internal static class RepoPath
{
    /// <summary>
    /// Whether a repository's file name stays inside the folder it is put in: relative, forward slashes, no <c>.</c> or <c>..</c>
    /// or empty part, no backslash (a separator on Windows) and no control character.
    /// </summary>
    public static bool IsSafe(string path)
        => path.Length > 0
            && !path.Any(c => c == '\\' || char.IsControl(c))
            && path.Split('/').All(part => part is not ("" or "." or ".."));

    /// <summary>Whether a text can be one file's name as it is: what blobs (by ETag) and snapshots (by commit) are called.</summary>
    public static bool IsPlainName(string name)
        => name.Length is > 0 and <= 128
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && name[0] != '.';
}
