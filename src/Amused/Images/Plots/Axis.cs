using System.Globalization;

namespace Amused.Images.Plots;

/// <summary>A range of numbers along an edge of a plot, with round numbers to label.</summary>
/// <param name="Low">The number at the beginning.</param>
/// <param name="High">The number at the end; larger.</param>
internal readonly record struct Axis(double Low, double High)
{
    /// <summary>A range around all finite ones of the values, with some air; around 0 when there are none.</summary>
    public static Axis Around(IEnumerable<double> values, double air = 0.05)
    {
        var finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        double low = finite.Min(), high = finite.Max();
        var margin = high > low ? (high - low) * air : Math.Max(Math.Abs(high) * air, 1e-9);
        return new(low - margin, high + margin);
    }

    /// <summary>Where a value lies, 0 at the beginning, 1 at the end.</summary>
    public double Place(double value) => (value - Low) / (High - Low);

    /// <summary>Multiples of 1, 2 or 5 times a power of ten, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<double> Ticks(int most)
    {
        var least = (High - Low) / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        var step = power * new[] { 1, 2, 5, 10 }.First(factor => power * factor >= least * (1 - 1e-9));
        List<double> ticks = [];
        for (var index = (long)Math.Ceiling(Low / step - 1e-9); index * step <= High + step * 1e-9; index++)
            ticks.Add(index * step);
        return ticks;
    }

    /// <summary>Labels of ticks, all with as many digits as their distance needs.</summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<double> ticks)
    {
        var step = ticks.Count > 1 ? ticks[1] - ticks[0] : Math.Max(Math.Abs(ticks.FirstOrDefault()), 1e-12);
        var digits = -(int)Math.Floor(Math.Log10(step) + 1e-9);
        return [.. ticks.Select(tick => digits > 3
            ? tick == 0 ? "0" : tick.ToString("0.##e-0", CultureInfo.InvariantCulture)
            : tick.ToString($"N{Math.Max(0, digits)}", CultureInfo.InvariantCulture))];
    }
}
