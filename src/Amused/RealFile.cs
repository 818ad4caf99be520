namespace Amused;

/// <summary>
/// What lies at the end of a path, with every link on the way followed as the system follows it: the only place that asks for a file's
/// length, time or identity, since of a link .NET's <see cref="FileInfo"/> gives the link's own.
/// </summary>
/// <remarks>
/// A hub's cache is made of links. <see cref="FileSystemInfo.ResolveLinkTarget"/> takes a relative target from the path as it is written,
/// which is another file where a folder in the path is itself a link: such as a link to a snapshot.
/// </remarks>
internal static class RealFile
{
    /// <summary>As many as Linux follows.</summary>
    private const int MostLinks = 40;

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>
    /// The file that a path leads to. It need not exist, as at the end of a link that leads nowhere; links that lead in circles end at one
    /// of them.
    /// </summary>
    public static FileInfo At(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        Stack<string> left = new();
        Push(left, full[real.Length..]);
        for (var links = 0; left.TryPop(out var part);)
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }
            var next = Path.Combine(real, part);
            if (links == MostLinks || TargetOf(next) is not { Length: > 0 } target)
            {
                real = next;
                continue;
            }
            links++;
            var root = Path.GetPathRoot(target) ?? "";
            real = root.Length > 0 ? root : real;
            Push(left, target[root.Length..]);
        }
        return new FileInfo(real);
    }

    /// <summary>Whether two paths lead to the same file or folder.</summary>
    public static bool IsSame(string path, string other) => At(path).FullName == At(other).FullName;

    private static void Push(Stack<string> left, string path)
    {
        foreach (var part in path.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse())
            left.Push(part);
    }

    /// <summary>What a link says, or null when there is no link.</summary>
    private static string? TargetOf(string path)
        => (Directory.Exists(path) ? new DirectoryInfo(path) : (FileSystemInfo)new FileInfo(path)).LinkTarget;
}
