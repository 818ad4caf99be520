using System.Collections.Concurrent;
using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Networks.Kernels;

/// <summary>A matrix of bytes as oneDNN multiplies by it.</summary>
/// <param name="Matrix">The opaque tensor that products are given.</param>
/// <param name="Bytes">The memory that it lies in, where that isn't its own: to be freed after it.</param>
internal readonly record struct PackedInt8(Tensor Matrix, Tensor? Bytes);

/// <summary>
/// Lays matrices of bytes out as oneDNN multiplies by them. oneDNN has no fast code for that and takes up to 6 ns a byte, seconds for a
/// full-size model: so it shows how a matrix of a shape is laid out once, and further ones of that shape are laid out here.
/// </summary>
internal static unsafe class Int8Packer
{
    /// <summary>Input and output channels of a tile; oneDNN calls the whole <c>BA16a64b4a</c>.</summary>
    private const int Tile = 64;

    /// <summary>Inputs that stand together, in each of a tile's 16 rows.</summary>
    private const int Together = 4;

    /// <summary>Rows that a layout is tried with.</summary>
    private const int TrialRows = 16;

    /// <summary>How oneDNN describes a matrix of a shape that can be laid out here; null: it can't.</summary>
    private static readonly ConcurrentDictionary<(long Outputs, long Inputs), byte[]?> Descriptions = new();

    /// <summary>Lays a matrix out.</summary>
    /// <param name="values">Signed bytes, [out, in], contiguous.</param>
    /// <returns>Tensors outside any dispose scope.</returns>
    public static PackedInt8 Pack(Tensor values)
    {
        if (!StableInterface.HasDescriptions || values.shape[0] % Tile != 0 || values.shape[1] % Tile != 0)
            return new(StableInterface.PackInt8(values), null);
        var shape = (values.shape[0], values.shape[1]);
        if (Descriptions.TryGetValue(shape, out var description) && description is not null)
            return Wrap(values, description);
        var packed = StableInterface.PackInt8(values);
        Descriptions.GetOrAdd(shape, _ => DescriptionIfTiled(values, packed));
        return new(packed, null);
    }

    private static PackedInt8 Wrap(Tensor values, byte[] description)
    {
        var bytes = ToTiles(values);
        return new(StableInterface.DescribeInt8(bytes.Pointer<sbyte>(), [values.shape[1], values.shape[0]], description), bytes);
    }

    /// <summary>
    /// oneDNN's description of a packed matrix, if the same matrix laid out here takes as many bytes and gives the same products.
    /// </summary>
    private static byte[]? DescriptionIfTiled(Tensor values, Tensor packed)
    {
        using var scope = NewDisposeScope();
        if (StableInterface.ByteCountOf(packed) != ByteCount(values))
            return null;
        var description = StableInterface.DescriptionOf(packed);
        var (own, bytes) = Wrap(values, description);
        using (bytes)
        using (own)
        {
            var (x, scales) = (arange(TrialRows * values.shape[1]).remainder(251).to(ScalarType.Byte).view(TrialRows, values.shape[1]),
                ones(values.shape[0]));
            Tensor Product(Tensor matrix) => StableInterface.MultiplyInt8(x, matrix, scales, Int8Weight.Constants, ScalarType.Float32);
            return Product(packed).Equals(Product(own)) ? description : null;
        }
    }

    private static long ByteCount(Tensor values) => values.numel() + values.shape[0] * sizeof(int);

    private static Tensor ToTiles(Tensor values)
    {
        var (outputs, inputs) = (values.shape[0], values.shape[1]);
        var bytes = empty(ByteCount(values), ScalarType.Int8).DetachFromDisposeScope();
        NativeHeap.Populate(bytes.bytes);
        TileWork work = new() { Source = values.Pointer<int>(), Target = bytes.Pointer<int>(), Groups = (int)inputs / Together,
            Corrections = bytes.Pointer<int>() + values.numel() / Together };
        NativeParallel.ForRows((int)outputs / Tile, (int)inputs * Tile, work);
        return bytes;
    }

    /// <summary>
    /// A row of tiles, of 64 output channels, for each row of work: first all channels of the first four inputs, then of the next four.
    /// </summary>
    private struct TileWork : IRowWork
    {
        /// <summary>[out, in / 4] groups of four bytes.</summary>
        public int* Source;

        /// <summary>Receives [out / 64, in / 4, 64] groups.</summary>
        public int* Target;

        /// <summary>
        /// Receives for each output channel the negative sum of its bytes: what the zero point of activations is multiplied by.
        /// </summary>
        public int* Corrections;

        public int Groups;

        public readonly void Run(int from, int to)
        {
            for (var tile = from; tile < to; tile++)
            {
                for (var channel = 0; channel < Tile; channel++)
                {
                    var row = (long)tile * Tile + channel;
                    var source = Source + row * Groups;
                    var target = Target + (long)tile * Tile * Groups + channel;
                    for (var group = 0; group < Groups; group++)
                        target[group * Tile] = source[group];
                    Corrections[row] = -Sum((sbyte*)source, Groups * Together);
                }
            }
        }

        private static int Sum(sbyte* values, int count)
        {
            var sum = 0;
            for (var i = 0; i < count; i++)
                sum += values[i];
            return sum;
        }
    }
}
