using Amused.Runtime;

namespace Amused.Training;

/// <summary>
/// Lets only so many pixels be decoded at a time, however many threads there are: a picture of 24 megapixels takes 170 MB until it is scaled
/// down, and eight threads take eight of them. A picture that is larger than the room is decoded alone.
/// </summary>
/// <remarks>
/// What decoders have freed is given back to the system after each room's worth of pixels: glibc has a heap for each thread and keeps there all that
/// the thread's largest picture took.
/// </remarks>
/// <param name="pixels">How many pixels there is room for.</param>
internal sealed class DecodingRoom(long pixels)
{
    private readonly object turn = new();
    private long taken, decodedSinceReturn;

    /// <summary>The room of the process: some 450 MB.</summary>
    public static DecodingRoom Shared { get; } = new(64_000_000);

    /// <summary>Decodes a picture once there is room for it.</summary>
    /// <param name="size">Its pixels.</param>
    /// <param name="decode">The work.</param>
    public T Take<T>(long size, Func<T> decode)
    {
        long share = Math.Min(size, pixels);
        lock (turn)
        {
            while (taken + share > pixels)
                Monitor.Wait(turn);
            taken += share;
        }
        try
        {
            return decode();
        }
        finally
        {
            Leave(share);
        }
    }

    private void Leave(long share)
    {
        bool isReturn;
        lock (turn)
        {
            taken -= share;
            decodedSinceReturn += share;
            isReturn = decodedSinceReturn >= pixels;
            if (isReturn)
                decodedSinceReturn = 0;
            Monitor.PulseAll(turn);
        }
        if (isReturn)
            NativeHeap.ReturnFreePages();
    }
}
