using System.Buffers.Binary;

namespace Amused.Images;

/// <summary>Animated GIF (GIF89a): each frame whole, with a palette of its own. Skia reads GIF but does not write it.</summary>
internal static class GifWriter
{
    private const int MaxSide = ushort.MaxValue;
    private const int MaxCode = 4095;
    private const int ColourBits = 8;

    public static byte[] Encode(IReadOnlyList<RgbImage> frames, IReadOnlyList<TimeSpan> times, int loops)
    {
        var first = frames[0];
        if (Math.Max(first.Width, first.Height) > MaxSide)
            throw new InvalidRequestException($"a picture of {first.Width} × {first.Height} pixels is too large for GIF, which ends at {MaxSide} a side");

        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        WriteSize(file, first);
        file.Write([0x70, 0, 0]); // no palette for all, 8 bits of colour, background 0, square pixels
        WriteLoops(file, loops);
        for (int i = 0; i < frames.Count; i++)
            WriteFrame(file, frames[i], times[i]);
        file.WriteByte(0x3B);
        return file.ToArray();
    }

    private static void WriteLoops(Stream file, int loops)
    {
        if (loops == 1)
            return; // a GIF that says nothing plays once
        // The number counts repetitions, not plays; 0 is for ever.
        int repetitions = Math.Max(loops - 1, 0);
        file.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, (byte)repetitions, (byte)(repetitions >> 8), 0]);
    }

    private static void WriteFrame(Stream file, RgbImage frame, TimeSpan time)
    {
        var (palette, indices) = PaletteQuantizer.Quantize(frame, 1 << ColourBits);
        // Viewers slow down anything below two hundredths.
        int hundredths = (int)Math.Clamp(Math.Round(time.TotalSeconds * 100), 2, ushort.MaxValue);
        file.Write([0x21, 0xF9, 4, 1 << 2, (byte)hundredths, (byte)(hundredths >> 8), 0, 0]); // leave the frame standing; nothing transparent
        file.Write([0x2C, 0, 0, 0, 0]);
        WriteSize(file, frame);
        file.WriteByte(0x80 | (ColourBits - 1)); // a palette of its own, of 2^8 colours
        var colours = new byte[3 << ColourBits];
        palette.CopyTo(colours, 0);
        file.Write(colours);
        file.WriteByte(ColourBits);
        WriteBlocks(file, Compress(indices));
        file.WriteByte(0);
    }

    private static void WriteSize(Stream file, RgbImage image)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)image.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(size.AsSpan(2), (ushort)image.Height);
        file.Write(size);
    }

    private static void WriteBlocks(Stream file, byte[] data)
    {
        foreach (var block in data.Chunk(255))
        {
            file.WriteByte((byte)block.Length);
            file.Write(block);
        }
    }

    /// <summary>GIF's LZW: codes of 9 to 12 bits, lowest bits first; the table is cleared when it is full.</summary>
    private static byte[] Compress(byte[] indices)
    {
        const int clear = 1 << ColourBits, end = clear + 1;
        using var packed = new MemoryStream();
        uint pending = 0;
        int pendingBits = 0, codeBits = ColourBits + 1, next = end + 1;
        // A known string and one more colour → its code.
        var codes = new Dictionary<int, int>();

        Write(clear);
        int current = indices[0];
        foreach (byte index in indices.AsSpan(1))
        {
            int key = current << ColourBits | index;
            if (codes.TryGetValue(key, out int known))
            {
                current = known;
                continue;
            }

            Write(current);
            current = index;
            if (next > MaxCode)
            {
                Write(clear);
                codes.Clear();
                (codeBits, next) = (ColourBits + 1, end + 1);
                continue;
            }

            // The reader learns a code one step later than we do, so the width grows when this one does not fit any more.
            if (next == 1 << codeBits)
                codeBits++;
            codes.Add(key, next++);
        }

        Write(current);
        Write(end);
        if (pendingBits > 0)
            packed.WriteByte((byte)pending);
        return packed.ToArray();

        void Write(int code)
        {
            pending |= (uint)code << pendingBits;
            for (pendingBits += codeBits; pendingBits >= 8; pendingBits -= 8, pending >>= 8)
                packed.WriteByte((byte)pending);
        }
    }
}
