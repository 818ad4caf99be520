using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Amused.Networks.Kernels;

/// <summary>
/// Some float32 numbers side by side, as a kernel sees them: 16, 8 or one. A kernel is written once over this; the runtime compiles it for
/// each width, with the registers of that width.
/// </summary>
internal unsafe interface ILanes<TSelf> where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many numbers.</summary>
    static abstract int Count { get; }

    /// <summary>The same number everywhere.</summary>
    static abstract TSelf All(float value);

    /// <summary>Numbers from float32.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Numbers from bfloat16, the upper half of a float32 each.</summary>
    static abstract TSelf Load(ushort* source);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a · b + c.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Abs(TSelf a);

    /// <summary>The nearest whole numbers, ties to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>a · 2ⁿ, for whole n from −126 to 127.</summary>
    static abstract TSelf TimesPowerOfTwo(TSelf a, TSelf n);

    static abstract float Sum(TSelf a);

    static abstract float Largest(TSelf a);

    /// <summary>Stores float32.</summary>
    void Store(float* target);

    /// <summary>Stores bfloat16, rounded to the nearest, ties to even.</summary>
    void Store(ushort* target);

    /// <summary>Stores numbers between −127 and 127, rounded to the nearest, ties to even, as bytes whose zero is 128.</summary>
    void Store(byte* target);
}

/// <summary>16 numbers in a register of AVX-512.</summary>
internal readonly unsafe struct WideLanes(Vector512<float> value) : ILanes<WideLanes>
{
    private readonly Vector512<float> value = value;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Load(ushort* source) => new((Avx512F.ConvertToVector512Int32(Vector256.Load(source)) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator +(WideLanes a, WideLanes b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator -(WideLanes a, WideLanes b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator *(WideLanes a, WideLanes b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator /(WideLanes a, WideLanes b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes MultiplyAdd(WideLanes a, WideLanes b, WideLanes c) => new(Avx512F.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Max(WideLanes a, WideLanes b) => new(Avx512F.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Abs(WideLanes a) => new(Vector512.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Round(WideLanes a) => new(Avx512F.RoundScale(a.value, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes TimesPowerOfTwo(WideLanes a, WideLanes n) => new(Avx512F.Scale(a.value, n.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(WideLanes a) => Vector512.Sum(a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(WideLanes a)
    {
        var eight = Avx.Max(a.value.GetLower(), a.value.GetUpper());
        var four = Sse.Max(eight.GetLower(), eight.GetUpper());
        var two = Sse.Max(four, Sse.MoveHighToLow(four, four));
        return Sse.MaxScalar(two, Sse.Shuffle(two, two, 1)).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ushort* target)
    {
        var bits = value.AsUInt32();
        var rounded = bits + Vector512.Create(0x7fffu) + ((bits >>> 16) & Vector512<uint>.One);
        Avx512F.ConvertToVector256UInt16(rounded >>> 16).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* target) =>
        Avx512F.ConvertToVector128Byte((Avx512F.ConvertToVector512Int32(value) + Vector512.Create(128)).AsUInt32()).Store(target);
}

/// <summary>8 numbers in a register of AVX2.</summary>
internal readonly unsafe struct HalfLanes(Vector256<float> value) : ILanes<HalfLanes>
{
    private readonly Vector256<float> value = value;

    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes All(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes Load(ushort* source) => new((Avx2.ConvertToVector256Int32(Vector128.Load(source)) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes operator +(HalfLanes a, HalfLanes b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes operator -(HalfLanes a, HalfLanes b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes operator *(HalfLanes a, HalfLanes b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes operator /(HalfLanes a, HalfLanes b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes MultiplyAdd(HalfLanes a, HalfLanes b, HalfLanes c) => new(Fma.MultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes Max(HalfLanes a, HalfLanes b) => new(Avx.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes Abs(HalfLanes a) => new(Vector256.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes Round(HalfLanes a) => new(Avx.RoundToNearestInteger(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfLanes TimesPowerOfTwo(HalfLanes a, HalfLanes n) =>
        new(a.value * ((Avx.ConvertToVector256Int32(n.value) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(HalfLanes a) => Vector256.Sum(a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(HalfLanes a)
    {
        var four = Sse.Max(a.value.GetLower(), a.value.GetUpper());
        var two = Sse.Max(four, Sse.MoveHighToLow(four, four));
        return Sse.MaxScalar(two, Sse.Shuffle(two, two, 1)).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ushort* target)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + Vector256.Create(0x7fffu) + ((bits >>> 16) & Vector256<uint>.One)) >>> 16;
        Vector128.Narrow(rounded.GetLower(), rounded.GetUpper()).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* target)
    {
        var numbers = (Avx.ConvertToVector256Int32(value) + Vector256.Create(128)).AsUInt32();
        var halves = Vector128.Narrow(numbers.GetLower(), numbers.GetUpper());
        *(ulong*)target = Vector128.Narrow(halves, halves).AsUInt64().ToScalar();
    }
}

/// <summary>One number: what is left over at the end of a row, and processors without vectors.</summary>
internal readonly unsafe struct SingleLane(float value) : ILanes<SingleLane>
{
    private readonly float value = value;

    public static int Count => 1;

    public static SingleLane All(float value) => new(value);

    public static SingleLane Load(float* source) => new(*source);

    public static SingleLane Load(ushort* source) => new(BitConverter.Int32BitsToSingle(*source << 16));

    public static SingleLane operator +(SingleLane a, SingleLane b) => new(a.value + b.value);

    public static SingleLane operator -(SingleLane a, SingleLane b) => new(a.value - b.value);

    public static SingleLane operator *(SingleLane a, SingleLane b) => new(a.value * b.value);

    public static SingleLane operator /(SingleLane a, SingleLane b) => new(a.value / b.value);

    public static SingleLane MultiplyAdd(SingleLane a, SingleLane b, SingleLane c) =>
        new(MathF.FusedMultiplyAdd(a.value, b.value, c.value));

    public static SingleLane Max(SingleLane a, SingleLane b) => new(MathF.Max(a.value, b.value));

    public static SingleLane Abs(SingleLane a) => new(MathF.Abs(a.value));

    public static SingleLane Round(SingleLane a) => new(MathF.Round(a.value));

    public static SingleLane TimesPowerOfTwo(SingleLane a, SingleLane n) =>
        new(a.value * BitConverter.Int32BitsToSingle(((int)n.value + 127) << 23));

    public static float Sum(SingleLane a) => a.value;

    public static float Largest(SingleLane a) => a.value;

    public void Store(float* target) => *target = value;

    public void Store(ushort* target)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        *target = (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    public void Store(byte* target) => *target = (byte)((int)MathF.Round(value) + 128);
}
