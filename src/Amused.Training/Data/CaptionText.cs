using System.Text;

namespace Amused.Training;

/// <summary>
/// Texts as people have them. A byte order mark decides (UTF-8, UTF-16); without one a text is UTF-8 if all its bytes are, and Windows-1252 otherwise.
/// </summary>
internal static class CaptionText
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>A caption: the whole text of a file, without the space around it.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="report">Is told where it is Windows-1252.</param>
    /// <exception cref="BrokenInputException">It is no text.</exception>
    public static string Caption(byte[] bytes, string name, DataReport report) => Decode(bytes, name, report).Trim();

    /// <summary>A text.</summary>
    /// <inheritdoc cref="Caption"/>
    public static string Decode(byte[] bytes, string name, DataReport report)
    {
        using MemoryStream stream = new(bytes);
        using StreamReader reader = new(stream, EncodingOf(stream, name, report));
        var text = reader.ReadToEnd();
        return text.Contains('\0') ? throw FileFault.Of(name, "is no text: it holds zero characters; save it as UTF-8") : text;
    }

    /// <summary>Opens a text file to be read line by line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What the report calls it.</param>
    /// <param name="report">Is told where it is Windows-1252.</param>
    /// <exception cref="BrokenInputException">It cannot be read.</exception>
    public static StreamReader Open(string path, string name, DataReport report) => FileFault.Reading(path, () =>
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new StreamReader(stream, EncodingOf(stream, name, report));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    /// <summary>Looks through a stream from its start, and goes back there. (A reader finds byte order marks by itself.)</summary>
    private static Encoding EncodingOf(Stream stream, string name, DataReport report)
    {
        try
        {
            using StreamReader reader = new(stream, Utf8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16, leaveOpen: true);
            var piece = new char[1 << 16];
            while (reader.Read(piece) > 0) { }
            return Utf8;
        }
        catch (DecoderFallbackException)
        {
            report.IsWindows1252(name);
            return Windows1252;
        }
        finally
        {
            stream.Position = 0;
        }
    }
}
