using System.Buffers;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// A matrix with the same singular vectors, and singular values near 1 (0.7 to 1.2; what is below some thousandths of the greatest is raised less), by the quintic Newton–Schulz rounds of Muon.
/// Twice the same, on tensors (easier to read, any device) and on plain memory (one thread, so that several matrices can be worked on at once).
/// </summary>
/// <remarks>Rounds are odd polynomials, X → P(X·Xᵀ)·X, so all of them are one polynomial in X·Xᵀ: it is worked out on that small square, and X multiplied once.</remarks>
internal static class OrthogonalMatrix
{
    // Chosen by Muon's authors: it takes singular values from (0, 1] to near 1 in five rounds.
    private const float A = 3.4445f, B = -4.7750f, C = 2.0315f;
    private const int Rounds = 5;
    private const float LeastLength = 1e-7f;

    /// <summary>(rows, columns) → the same shape and type.</summary>
    /// <param name="matrix">(rows, columns) float32.</param>
    /// <param name="type">What products are computed in.</param>
    public static Tensor Of(Tensor matrix, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        var isTall = matrix.shape[0] > matrix.shape[1];
        var x = isTall ? matrix.t() : matrix;
        x = x / (x.norm() + LeastLength);
        x = type == ScalarType.Float32 ? ByOnePolynomial(x) : ByRounds(x.to(type)).to(matrix.dtype);
        return (isTall ? x.t() : x).contiguous().MoveToOuterDisposeScope();
    }

    private static Tensor ByOnePolynomial(Tensor x)
    {
        var square = x.mm(x.t());
        Tensor? product = null;
        for (var round = 0; round < Rounds; round++)
        {
            var polynomial = (square * B).add_(square.mm(square), alpha: C);
            polynomial.diagonal().add_(A);
            product = product is null ? polynomial : polynomial.mm(product);
            if (round < Rounds - 1)
                square = polynomial.mm(polynomial.mm(square));
        }
        return product!.mm(x);
    }

    // In 8 bits of mantissa the small square's own rounding errors would grow from round to round: there X itself is taken along.
    private static Tensor ByRounds(Tensor x)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var square = x.mm(x.t());
            x = (square * B).add_(square.mm(square), alpha: C).mm(x).add_(x, alpha: A);
        }
        return x;
    }

    /// <summary>The same in place.</summary>
    /// <param name="matrix">[rows, columns] in row-major order.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public static void Make(Span<float> matrix, int rows, int columns)
    {
        var (shorter, longer) = (Math.Min(rows, columns), Math.Max(rows, columns));
        var rented = ArrayPool<float>.Shared.Rent(2 * shorter * longer + 5 * shorter * shorter);
        try
        {
            var room = rented.AsSpan();
            Span<float> wide = Take(ref room, shorter * longer), tall = Take(ref room, shorter * longer), product = Take(ref room, shorter * shorter);
            Scale(matrix, 1 / (Length(matrix) + LeastLength));
            Transpose(matrix, rows > columns ? wide : tall, rows, columns);
            matrix.CopyTo(rows > columns ? tall : wide);
            Polynomial(wide, tall, product, room, shorter, longer);
            // P·X is wide; of a tall matrix it is the transpose that is wanted, Xᵀ·P, P being symmetric.
            if (rows > columns)
                MatrixProduct.Multiply(tall, product, matrix, longer, shorter, shorter);
            else
                MatrixProduct.Multiply(product, wide, matrix, shorter, shorter, longer);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>All rounds as one polynomial in the square X·Xᵀ.</summary>
    private static void Polynomial(Span<float> wide, Span<float> tall, Span<float> product, Span<float> room, int n, int longer)
    {
        Span<float> square = Take(ref room, n * n), polynomial = Take(ref room, n * n), left = Take(ref room, n * n), right = Take(ref room, n * n);
        MatrixProduct.Multiply(wide, tall, square, n, longer, n);
        for (var round = 0; round < Rounds; round++)
        {
            MatrixProduct.Multiply(square, square, polynomial, n, n, n);
            for (var i = 0; i < polynomial.Length; i++)
                polynomial[i] = C * polynomial[i] + B * square[i];
            for (var i = 0; i < n; i++)
                polynomial[i * n + i] += A;
            if (round == 0)
                polynomial.CopyTo(product);
            else
            {
                product.CopyTo(left);
                MatrixProduct.Multiply(polynomial, left, product, n, n, n);
            }
            if (round == Rounds - 1)
                break;
            MatrixProduct.Multiply(polynomial, square, right, n, n, n);
            MatrixProduct.Multiply(polynomial, right, square, n, n, n);
        }
    }

    private static Span<float> Take(ref Span<float> room, int count)
    {
        var taken = room[..count];
        room = room[count..];
        return taken;
    }

    private static float Length(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += (double)value * value;
        return (float)Math.Sqrt(sum);
    }

    private static void Scale(Span<float> values, float factor)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] *= factor;
    }

    private static void Transpose(ReadOnlySpan<float> matrix, Span<float> transposed, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                transposed[column * rows + row] = matrix[row * columns + column];
        }
    }
}
