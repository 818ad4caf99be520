namespace PictureBook.Scoring;

/// <summary>How many of several were right.</summary>
/// <param name="Right">How many were.</param>
/// <param name="Of">How many there are.</param>
public readonly record struct Share(int Right, int Of)
{
    /// <summary>The normal distribution's quantile for 95%.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>The share, 0 to 1; not a number when there are none.</summary>
    public double Value => (double)Right / Of;

    /// <summary>
    /// The 95% confidence interval of the share in all that could have been tried (Wilson, 1927), 0 to 1: unlike the usual one it holds at 0% and 100% too.
    /// From 0 to 1 when there are none.
    /// </summary>
    public (double Low, double High) Interval
    {
        get
        {
            if (Of == 0)
                return (0, 1);
            var scale = 1 + Z * Z / Of;
            var centre = (Value + Z * Z / (2 * Of)) / scale;
            var reach = Z / scale * Math.Sqrt(Value * (1 - Value) / Of + Z * Z / (4.0 * Of * Of));
            // Exact at the ends, whatever rounding does.
            return (Right == 0 ? 0 : centre - reach, Right == Of ? 1 : centre + reach);
        }
    }

    /// <summary>One more.</summary>
    public Share With(bool isRight) => new(Right + (isRight ? 1 : 0), Of + 1);

    /// <summary>Both together.</summary>
    public static Share operator +(Share first, Share second) => new(first.Right + second.Right, first.Of + second.Of);
}
