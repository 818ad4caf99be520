using System.Buffers.Binary;

namespace Amused.Images;

/// <summary>
/// Animated PNG (W3C PNG, third edition, sections 11.3.6 and 12): the frames' own compressed pixels, each behind a chunk that says when and
/// where. A viewer that knows no animation shows the first frame.
/// </summary>
internal static class ApngWriter
{
    public static byte[] Encode(IReadOnlyList<RgbImage> frames, IReadOnlyList<TimeSpan> times, int loops,
        IReadOnlyDictionary<string, string>? text)
    {
        using var file = new MemoryStream();
        uint sequence = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            var still = frames[i].Encode(ImageFormat.Png);
            if (i == 0)
                WriteHeader(file, still, frames.Count, loops, text);
            WriteFrameControl(file, sequence++, frames[i], times[i]);
            foreach (var (_, data) in PngChunks.Read(still, "frame", "IDAT"))
            {
                if (i == 0)
                    PngChunks.Write(file, "IDAT", data.Span);
                else
                    PngChunks.Write(file, "fdAT", [.. BigEndian(sequence++), .. data.Span]);
            }
        }

        PngChunks.Write(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteHeader(Stream file, byte[] still, int frames, int loops, IReadOnlyDictionary<string, string>? text)
    {
        file.Write(PngChunks.Signature);
        PngChunks.Write(file, "IHDR", PngChunks.Read(still, "frame", "IHDR").Single().Data.Span);
        PngChunks.Write(file, "acTL", [.. BigEndian((uint)frames), .. BigEndian((uint)loops)]);
        PngText.WriteChunks(file, text ?? new Dictionary<string, string>());
    }

    private static void WriteFrameControl(Stream file, uint sequence, RgbImage frame, TimeSpan time)
    {
        var control = new byte[26];
        BinaryPrimitives.WriteUInt32BigEndian(control, sequence);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(4), frame.Width);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(8), frame.Height);
        // At offset 12 and 16 the place (0, 0); then the time as a fraction of a second.
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(20),
            (ushort)Math.Clamp(Math.Round(time.TotalMilliseconds), 1, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(22), 1000);
        // The last two: leave the frame standing, and overwrite what was there.
        PngChunks.Write(file, "fcTL", control);
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
