using System.Text;

namespace Amused;

/// <summary>
/// Files that users name, for reading: pictures, prompts, configurations, weights, data. A pipe, a socket, a device, a folder or a file
/// beyond all sense is refused before it is opened: a pipe that nobody writes to would hold the program for ever, and a device never ends.
/// </summary>
internal static class UserFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens a file.</summary>
    /// <exception cref="BrokenInputException">It is missing, none that has an end, or may not be read.</exception>
    /// <exception cref="InvalidRequestException">The path is empty or holds a zero character.</exception>
    public static FileStream Open(string path) =>
        FileFault.Reading(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));

    /// <summary>The content of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <exception cref="BrokenInputException">As for <see cref="Open"/>; or it is longer.</exception>
    public static byte[] Bytes(string path, long most) => FileFault.Reading(path, () =>
    {
        using var stream = Open(path);
        if (stream.Length > most)
            throw TooLong(path, most);
        // Some of the system's own files say that they have no length, and have content.
        using MemoryStream content = new((int)stream.Length);
        stream.CopyTo(content);
        return content.Length == content.Capacity ? content.GetBuffer() : content.ToArray();
    });

    /// <summary>The content of a text file in UTF-8, without a byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <exception cref="BrokenInputException">As for <see cref="Bytes"/>; or it is no text in UTF-8.</exception>
    public static string Text(string path, long most)
    {
        var bytes = Bytes(path, most);
        try
        {
            return StrictUtf8.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble)
                ? bytes.AsSpan(Encoding.UTF8.Preamble.Length)
                : bytes);
        }
        catch (DecoderFallbackException cause)
        {
            throw FileFault.Of(path, "is no text in UTF-8", cause);
        }
    }

    /// <summary>The lines of a text file in UTF-8.</summary>
    /// <inheritdoc cref="Text"/>
    public static IEnumerable<string> Lines(string path, long most)
    {
        using StringReader reader = new(Text(path, most));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static BrokenInputException TooLong(string path, long most) =>
        FileFault.Of(path, most >= 1 << 20
            ? $"is longer than {most >> 20} MiB; no file of this kind is"
            : $"is longer than {most} bytes; no file of this kind is");
}
