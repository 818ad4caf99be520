using System.Buffers.Binary;
using SkiaSharp;

namespace Amused.Images;

/// <summary>Writes moving pictures: a generation that fills in step by step.</summary>
public static class AnimationWriter
{
    private static readonly TimeSpan LongestFrame = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Writes frames as an animated PNG (<c>.png</c>, <c>.apng</c>: lossless, larger) or WebP (<c>.webp</c>: lossy, smaller), by the file's
    /// extension. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="frames">The pictures in their order, at least one, all of one size.</param>
    /// <param name="perFrame">How long each is shown: above 0, at most 60 s, rounded to thousandths of a second.</param>
    /// <param name="lastFrame">How long the last one is shown. The default value is null: as long as the others.</param>
    /// <param name="loops">How often the animation plays, 0 to 65,535. The default value is 0: for ever.</param>
    /// <param name="text">Text to carry by keyword; only PNG files can, WebP leaves it out. <see cref="PngText"/> reads it.</param>
    /// <exception cref="InvalidRequestException">The extension is none of these, or the frames are too large for WebP.</exception>
    /// <exception cref="BrokenInputException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">No frames, or frames of several sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time or the number of loops is out of range.</exception>
    public static void Save(
        string path,
        IReadOnlyList<RgbImage> frames,
        TimeSpan perFrame,
        TimeSpan? lastFrame = null,
        int loops = 0,
        IReadOnlyDictionary<string, string>? text = null)
    {
        var encode = EncoderFor(path);
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0)
            throw new ArgumentException("an animation needs at least one frame", nameof(frames));
        if (frames.Any(frame => (frame.Width, frame.Height) != (frames[0].Width, frames[0].Height)))
            throw new ArgumentException("the frames of an animation are all of one size", nameof(frames));
        ArgumentOutOfRangeException.ThrowIfNegative(loops);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(loops, ushort.MaxValue);
        CheckTime(perFrame, nameof(perFrame));
        CheckTime(lastFrame ?? perFrame, nameof(lastFrame));

        var times = Enumerable.Repeat(perFrame, frames.Count - 1).Append(lastFrame ?? perFrame).ToArray();
        NewFile.Write(path, encode(frames, times, loops, text), makeFolders: false);
    }

    /// <summary>Whether <see cref="Save"/> knows the extension of this name; otherwise the error that it would give.</summary>
    /// <param name="path">A file name or path.</param>
    /// <exception cref="InvalidRequestException">The extension is unknown.</exception>
    public static void CheckName(string path) => EncoderFor(path);

    private static Encoder EncoderFor(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" or ".apng" => ApngWriter.Encode,
        ".webp" => (frames, times, loops, _) => EncodeWebp(frames, times, loops),
        _ => throw new InvalidRequestException($"cannot tell an animation format from the name '{path}': it must end in .png, .apng or .webp"),
    };

    private static void CheckTime(TimeSpan time, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestFrame, name);
    }

    private static byte[] EncodeWebp(IReadOnlyList<RgbImage> frames, IReadOnlyList<TimeSpan> times, int loops)
    {
        ImageEncoder.CheckSide(frames[0], ImageFormat.Webp);
        var bitmaps = new List<SKBitmap>(frames.Count);
        try
        {
            bitmaps.AddRange(frames.Select(PixelPacking.ToBitmap));
            var timed = bitmaps.Select((bitmap, i) => new SKWebpEncoderFrame(bitmap, times[i])).ToArray();
            using var data = SKWebpEncoder.EncodeAnimated(timed, ImageEncoder.WebpOptions(RgbImage.DefaultQuality))
                ?? throw new InvalidOperationException("WebP encoding failed");
            var file = data.ToArray();
            SetWebpLoops(file, loops);
            return file;
        }
        finally
        {
            bitmaps.ForEach(bitmap => bitmap.Dispose());
        }
    }

    /// <summary>Skia always writes "for ever"; the number is the last two bytes of the ANIM chunk, which follows the file's first 12 bytes and VP8X's 18.</summary>
    private static void SetWebpLoops(Span<byte> file, int loops)
    {
        const int chunk = 30;
        if (file[chunk..].StartsWith("ANIM"u8))
            BinaryPrimitives.WriteUInt16LittleEndian(file[(chunk + 12)..], (ushort)loops);
    }

    private delegate byte[] Encoder(
        IReadOnlyList<RgbImage> frames, IReadOnlyList<TimeSpan> times, int loops, IReadOnlyDictionary<string, string>? text);
}
