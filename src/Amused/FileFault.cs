using System.Text;

namespace Amused;

/// <summary>Errors about files: always one line that begins with the file's path, whatever bytes stand in names that are quoted.</summary>
internal static class FileFault
{
    private const int LongestQuote = 120;

    /// <summary>The error that says <paramref name="what"/> is wrong with the file at <paramref name="path"/>.</summary>
    public static BrokenInputException Of(string path, string what, Exception? cause = null) => new($"{Printable(path)}: {what}", cause);

    /// <summary>Runs an action that reads the file; what the system says against it becomes a one-line error.</summary>
    public static T Reading<T>(string path, Func<T> read)
    {
        if (path.Length == 0 || path.Contains('\0'))
            throw new InvalidRequestException($"{Quote(path)} is no path of a file");
        if (FileKind.Special(path) is { } kind)
            throw Of(path, $"is {kind}; a regular file is needed");
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Of(path, "there is no such file", cause);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw Of(path, Directory.Exists(path)
                ? "is a folder, a file is needed"
                : "may not be read: the rights to it are missing", cause);
        }
        catch (NotSupportedException cause)
        {
            // What has no length and can't be gone back in, where the system didn't tell its kind.
            throw Of(path, "must be a regular file", cause);
        }
        catch (IOException cause)
        {
            throw Of(path, $"cannot be read: {Printable(cause.Message)}", cause);
        }
    }

    /// <summary>
    /// Whether a disk, or a user's share of it, is full: ENOSPC or EDQUOT; on Windows ERROR_DISK_FULL or ERROR_HANDLE_DISK_FULL.
    /// </summary>
    public static bool IsDiskFull(Exception cause) =>
        cause is IOException && (OperatingSystem.IsWindows() ? (cause.HResult & 0xFFFF) is 112 or 39 : cause.HResult is 28 or 69 or 122);

    /// <summary>The names of the files in a folder, in ordinal order.</summary>
    public static IReadOnlyList<string> FileNames(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Of(folder, "the folder is not there, or its content may not be read", cause);
        }
    }

    /// <summary>A name for a message: cut when long, control characters written out, in double quotes.</summary>
    public static string Quote(string name) =>
        $"\"{Printable(name.Length > LongestQuote ? string.Concat(name.AsSpan(0, LongestQuote), "…") : name)}\"";

    /// <summary>A shape for a message: <c>[64, 32, 1, 1]</c>.</summary>
    public static string Shape(ReadOnlySpan<long> shape)
    {
        var text = new StringBuilder("[");
        foreach (var dimension in shape)
            text.Append(text.Length > 1 ? ", " : "").Append(dimension);
        return text.Append(']').ToString();
    }

    /// <summary>The text with control characters and line breaks written out.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(BreaksLine))
            return text;
        StringBuilder printable = new(text.Length);
        foreach (var character in text)
        {
            if (BreaksLine(character))
                printable.Append($"\\u{(int)character:x4}");
            else
                printable.Append(character);
        }
        return printable.ToString();
    }

    private static bool BreaksLine(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';
}
