using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Numbers in 8 bits: each block is divided by its largest absolute value and written in a code of 256 values that lie denser towards 0 (dynamic tree
/// quantisation: Dettmers et al., 2022, sections 2.2 and 3).
/// </summary>
/// <remarks>
/// The code of a normed number is read from a table of 65,536 entries over [−1, 1], not searched for: a number is first rounded to the table's grid, which has
/// no 0. So 0 itself takes the unsigned code's eighth value, not its first, and that is part of what is reproduced here.
/// </remarks>
internal sealed class BlockwiseCode
{
    private const int TableSize = 1 << 16;
    private const float HalfTable = (TableSize - 1) / 2f;
    private const int Exponents = 7;

    private readonly float[] values;
    private readonly byte[] table = new byte[TableSize];

    private BlockwiseCode(bool signed)
    {
        values = MakeValues(signed);
        for (var entry = 0; entry < TableSize; entry++)
            table[entry] = Nearest(entry / HalfTable - 1); // in float32: which of two values is nearer can hang on its rounding
    }

    /// <summary>The code of first moments: −1 to 1.</summary>
    public static BlockwiseCode Signed { get; } = new(signed: true);

    /// <summary>The code of second moments: 0 to 1.</summary>
    public static BlockwiseCode Unsigned { get; } = new(signed: false);

    /// <summary>The 256 values in ascending order.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>Reads a block that lies in this machine's memory.</summary>
    /// <param name="codes">Its codes.</param>
    /// <param name="largest">Its largest absolute value.</param>
    /// <param name="numbers">Takes the numbers, as many as there are codes.</param>
    public void Dequantize(ReadOnlySpan<byte> codes, float largest, Span<float> numbers)
    {
        // Unchecked: a code cannot lie beyond 256 values, and the checks would take longer than the look-ups.
        ref var map = ref MemoryMarshal.GetArrayDataReference(values);
        ref var number = ref MemoryMarshal.GetReference(numbers[..codes.Length]);
        for (var i = 0; i < codes.Length; i++)
            Unsafe.Add(ref number, i) = Unsafe.Add(ref map, codes[i]) * largest;
    }

    /// <summary>Writes a block in this machine's memory.</summary>
    /// <param name="numbers">Its numbers, finite; they are overwritten.</param>
    /// <param name="codes">Takes the codes.</param>
    /// <returns>The block's largest absolute value.</returns>
    public float Quantize(Span<float> numbers, Span<byte> codes)
    {
        var largest = LargestAbsolute(numbers);
        // A block of zeros: whatever the code, it is read as 0 again.
        var divisor = largest > 0 ? largest : 1;
        codes = codes[..numbers.Length];
        var i = 0;
        var places = MemoryMarshal.Cast<float, int>(numbers);
        for (; i <= numbers.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var normed = new Vector<float>(numbers[i..]) / new Vector<float>(divisor);
            Vector.ConvertToInt32Native((normed + Vector<float>.One) * HalfTable + new Vector<float>(0.5f)).CopyTo(places[i..]);
        }
        for (; i < numbers.Length; i++)
            places[i] = (int)((numbers[i] / divisor + 1) * HalfTable + 0.5f);
        ref var entry = ref MemoryMarshal.GetArrayDataReference(table);
        for (i = 0; i < codes.Length; i++)
            codes[i] = Unsafe.Add(ref entry, places[i] & (TableSize - 1));
        return largest;
    }

    /// <summary>The same for a whole tensor on any device, by tensor operations.</summary>
    /// <param name="codes">Any shape, bytes.</param>
    /// <param name="largest">One float32 per block of the flattened codes.</param>
    /// <returns>Float32, of the codes' shape.</returns>
    public Tensor Dequantize(Tensor codes, Tensor largest)
    {
        using var scope = NewDisposeScope();
        var map = tensor(values, device: codes.device);
        var normed = map.index_select(0, codes.flatten().to(ScalarType.Int64));
        return (normed * PerElement(largest, codes.numel())).view(codes.shape).MoveToOuterDisposeScope();
    }

    /// <summary>The same for a whole tensor on any device, by tensor operations.</summary>
    /// <param name="numbers">Float32, finite, of the codes' shape.</param>
    /// <param name="codes">Takes the codes.</param>
    /// <param name="largest">Takes the largest absolute value of each block.</param>
    public void Quantize(Tensor numbers, Tensor codes, Tensor largest)
    {
        using var scope = NewDisposeScope();
        var flat = numbers.flatten();
        var missing = largest.numel() * AdamW8Bit.BlockSize - flat.numel();
        largest.copy_(nn.functional.pad(flat, [0, missing]).view(-1, AdamW8Bit.BlockSize).abs().amax([1]));
        var divisors = where(largest.gt(0), largest, ones_like(largest));
        var places = ((flat / PerElement(divisors, flat.numel()) + 1) * HalfTable + 0.5f).to(ScalarType.Int64);
        codes.copy_(tensor(table, device: codes.device).index_select(0, places).view(codes.shape));
    }

    private static Tensor PerElement(Tensor perBlock, long elements) => perBlock.repeat_interleave(AdamW8Bit.BlockSize).narrow(0, 0, elements);

    private static float LargestAbsolute(ReadOnlySpan<float> numbers)
    {
        var largest = Vector<float>.Zero;
        var i = 0;
        for (; i <= numbers.Length - Vector<float>.Count; i += Vector<float>.Count)
            largest = Vector.Max(largest, Vector.Abs(new Vector<float>(numbers[i..])));
        var most = 0f;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            most = MathF.Max(most, largest[lane]);
        for (; i < numbers.Length; i++)
            most = MathF.Max(most, MathF.Abs(numbers[i]));
        return most;
    }

    /// <summary>
    /// 0, 1, and for each power of ten from 10⁻⁶ to 1 the mid-points of a growing number of equal parts of [0.1, 1] times that power: 1, 2, 4, … of them in
    /// each sign, or twice as many where there is but one.
    /// </summary>
    private static float[] MakeValues(bool signed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        List<float> values = [0, 1];
        for (var exponent = 0; exponent < Exponents; exponent++)
        {
            var count = signed ? 1 << exponent : 2 << exponent;
            // With the engine's float32 arithmetic, whose last digit the published code's values have.
            var bounds = linspace(0.1, 1, count + 1, ScalarType.Float32);
            var middles = (bounds.narrow(0, 0, count) + bounds.narrow(0, 1, count)) / 2.0 * Math.Pow(10, exponent - Exponents + 1);
            foreach (var middle in middles.data<float>())
                values.AddRange(signed ? [middle, -middle] : [middle]);
        }
        return [.. values.Order()];
    }

    /// <summary>The place of the value nearest to a number, the lower one of two.</summary>
    private byte Nearest(float number)
    {
        var above = Array.BinarySearch(values, number);
        above = Math.Clamp(above < 0 ? ~above : above, 1, values.Length - 1);
        return (byte)((double)number - values[above - 1] <= (double)values[above] - number ? above - 1 : above);
    }
}
