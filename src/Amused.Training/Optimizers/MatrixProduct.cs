using System.Numerics;

namespace Amused.Training;

/// <summary>
/// Products of small float32 matrices on one thread. libtorch would share each among its threads, which for sizes like these takes longer than it gains, and many times as long on a machine that does
/// something else too.
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Rows and vectors of the block of sums that are kept in registers.</summary>
    private const int Rows = 4, Vectors = 2;

    /// <summary>So much of the inner side that the columns' part of it stays in the nearest cache.</summary>
    private const int Depth = 256;

    /// <summary>c = a·b, all in row-major order.</summary>
    /// <param name="a">[rows, inner].</param>
    /// <param name="b">[inner, columns].</param>
    /// <param name="c">[rows, columns]; no part of the others.</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="inner">The side over which is summed.</param>
    /// <param name="columns">Columns of the product.</param>
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int rows, int inner, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, rows * inner);
        ArgumentOutOfRangeException.ThrowIfLessThan(b.Length, inner * columns);
        c[..(rows * columns)].Clear();
        var width = Vectors * Vector<float>.Count;
        var (wholeRows, wholeColumns) = (rows - rows % Rows, columns - columns % width);
        fixed (float* pa = a, pb = b, pc = c)
        {
            for (var start = 0; start < inner; start += Depth)
            {
                var depth = Math.Min(Depth, inner - start);
                for (var column = 0; column < wholeColumns; column += width)
                {
                    for (var row = 0; row < wholeRows; row += Rows)
                        AddBlock(pa + (long)row * inner + start, pb + (long)start * columns + column, pc + (long)row * columns + column, depth, inner, columns);
                }
                AddRest(pa, pb, pc, start, depth, rows, inner, columns, wholeRows, wholeColumns);
            }
        }
    }

    private static void AddBlock(float* a, float* b, float* c, int depth, int inner, int columns)
    {
        var n = Vector<float>.Count;
        float* c1 = c + columns, c2 = c1 + columns, c3 = c2 + columns;
        float* a1 = a + inner, a2 = a1 + inner, a3 = a2 + inner;
        Vector<float> s00 = Vector.Load(c), s01 = Vector.Load(c + n), s10 = Vector.Load(c1), s11 = Vector.Load(c1 + n);
        Vector<float> s20 = Vector.Load(c2), s21 = Vector.Load(c2 + n), s30 = Vector.Load(c3), s31 = Vector.Load(c3 + n);
        for (var k = 0; k < depth; k++, b += columns)
        {
            Vector<float> b0 = Vector.Load(b), b1 = Vector.Load(b + n), left = new(a[k]);
            s00 = Vector.FusedMultiplyAdd(left, b0, s00);
            s01 = Vector.FusedMultiplyAdd(left, b1, s01);
            left = new(a1[k]);
            s10 = Vector.FusedMultiplyAdd(left, b0, s10);
            s11 = Vector.FusedMultiplyAdd(left, b1, s11);
            left = new(a2[k]);
            s20 = Vector.FusedMultiplyAdd(left, b0, s20);
            s21 = Vector.FusedMultiplyAdd(left, b1, s21);
            left = new(a3[k]);
            s30 = Vector.FusedMultiplyAdd(left, b0, s30);
            s31 = Vector.FusedMultiplyAdd(left, b1, s31);
        }
        Vector.Store(s00, c);
        Vector.Store(s01, c + n);
        Vector.Store(s10, c1);
        Vector.Store(s11, c1 + n);
        Vector.Store(s20, c2);
        Vector.Store(s21, c2 + n);
        Vector.Store(s30, c3);
        Vector.Store(s31, c3 + n);
    }

    /// <summary>What whole blocks leave over at the right and at the bottom.</summary>
    private static void AddRest(float* a, float* b, float* c, int start, int depth, int rows, int inner, int columns, int wholeRows, int wholeColumns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
            {
                var sum = c[(long)row * columns + column];
                for (var k = start; k < start + depth; k++)
                    sum += a[(long)row * inner + k] * b[(long)k * columns + column];
                c[(long)row * columns + column] = sum;
            }
        }
    }
}
