using System.Numerics;
using System.Runtime.InteropServices;

namespace Amused.Sampling;

/// <summary>MT19937 (Matsumoto and Nishimura, 1998): the engine behind PyTorch's generator on a CPU.</summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;
    private const uint UpperMask = 0x80000000;
    private const uint LowerMask = 0x7fffffff;
    private const uint Matrix = 0x9908b0df;

    private readonly uint[] state = new uint[Size];
    private int next = Size;

    public MersenneTwister(uint seed)
    {
        state[0] = seed;
        for (var i = 1; i < Size; i++)
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + (uint)i;
    }

    /// <summary>The next numbers of the stream.</summary>
    public void Fill(Span<uint> numbers)
    {
        while (!numbers.IsEmpty)
        {
            var count = Math.Min(Available(), numbers.Length);
            Temper(state.AsSpan(next, count), numbers[..count]);
            next += count;
            numbers = numbers[count..];
        }
    }

    /// <summary>Leaves numbers out.</summary>
    public void Skip(long count)
    {
        while (count > 0)
        {
            var part = (int)Math.Min(Available(), count);
            next += part;
            count -= part;
        }
    }

    /// <summary>How many numbers the state holds; makes new ones when there are none.</summary>
    private int Available()
    {
        if (next == Size)
        {
            Twist();
            next = 0;
        }
        return Size - next;
    }

    /// <summary>
    /// Makes 624 new numbers of the old ones. Each new number needs the one 227 places before it, so several can be made at once.
    /// </summary>
    private void Twist()
    {
        Advance(0, Size - Middle, Middle);
        Advance(Size - Middle, Size - 1, Middle - Size);
        state[^1] = Recurrence(state[^1], state[0], state[Middle - 1]);
    }

    private void Advance(int start, int end, int distance)
    {
        var i = start;
        for (; i <= end - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            var joined =
                (new Vector<uint>(state, i) & new Vector<uint>(UpperMask)) | (new Vector<uint>(state, i + 1) & new Vector<uint>(LowerMask));
            var odd = Vector<uint>.Zero - (joined & Vector<uint>.One);
            (new Vector<uint>(state, i + distance) ^ (joined >>> 1) ^ (odd & new Vector<uint>(Matrix))).CopyTo(state, i);
        }
        for (; i < end; i++)
            state[i] = Recurrence(state[i], state[i + 1], state[i + distance]);
    }

    private static uint Recurrence(uint upper, uint lower, uint far)
    {
        var joined = (upper & UpperMask) | (lower & LowerMask);
        return far ^ (joined >> 1) ^ ((joined & 1) == 0 ? 0 : Matrix);
    }

    private static void Temper(ReadOnlySpan<uint> raw, Span<uint> tempered)
    {
        var vectors = MemoryMarshal.Cast<uint, Vector<uint>>(raw);
        var results = MemoryMarshal.Cast<uint, Vector<uint>>(tempered);
        for (var i = 0; i < vectors.Length; i++)
        {
            var y = vectors[i];
            y ^= y >>> 11;
            y ^= (y << 7) & new Vector<uint>(0x9d2c5680);
            y ^= (y << 15) & new Vector<uint>(0xefc60000);
            results[i] = y ^ (y >>> 18);
        }
        for (var i = vectors.Length * Vector<uint>.Count; i < raw.Length; i++)
        {
            var y = raw[i];
            y ^= y >> 11;
            y ^= (y << 7) & 0x9d2c5680;
            y ^= (y << 15) & 0xefc60000;
            tempered[i] = y ^ (y >> 18);
        }
    }
}
