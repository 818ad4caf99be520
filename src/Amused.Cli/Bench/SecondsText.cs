using System.Globalization;

namespace Amused.Cli.Bench;

/// <summary>Seconds as people read them.</summary>
internal static class SecondsText
{
    /// <summary>About three digits that count.</summary>
    public static string Of(double seconds) => seconds.ToString(seconds < 0.1 ? "0.000" : seconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>A median; what others tell has no more digits than they told.</summary>
    public static string Of(Figure figure) => figure.Count == 0 ? figure.Median.ToString("0.#####", CultureInfo.InvariantCulture) : Of(figure.Median);

    /// <summary>A median and its spread, where there is one.</summary>
    public static string WithSpread(Figure figure) => figure.Count > 1 ? $"{Of(figure)} ({Of(figure.Least)}–{Of(figure.Most)})" : Of(figure);
}
