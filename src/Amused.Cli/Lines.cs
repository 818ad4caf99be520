using System.Globalization;
using System.Text;

namespace Amused.Cli;

/// <summary>Text that must stay on one line, or be broken into lines.</summary>
internal static class Lines
{
    /// <summary>The text without line breaks or other control characters, which could also steer a terminal.</summary>
    public static string Single(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
            line.Append(char.IsControl(c) ? ' ' : c);
        return line.ToString().Trim();
    }

    /// <summary>The text cut to a length, with an ellipsis where something is missing.</summary>
    public static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 1)].TrimEnd() + "…";

    /// <summary>Breaks text at spaces into lines of at most <paramref name="width"/> characters, where words allow it.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        if (line.Length > 0)
            yield return line.ToString();
    }

    /// <summary>A size in bytes as people read it: <c>1.2 GB</c>, thousands of 1,000.</summary>
    public static string Bytes(long bytes)
    {
        ReadOnlySpan<string> units = ["B", "kB", "MB", "GB", "TB"];
        double value = bytes;
        var unit = 0;
        for (; value >= 999.5 && unit < units.Length - 1; unit++)
            value /= 1000;
        return string.Create(CultureInfo.InvariantCulture,
            $"{value.ToString(value < 10 && unit > 0 ? "0.0" : "0", CultureInfo.InvariantCulture)} {units[unit]}");
    }

    /// <summary>A time as people read it: <c>2:05</c>, <c>1:02:05</c>, <c>3 d 04:05:06</c>.</summary>
    public static string Duration(TimeSpan time) => time.ToString(
        time.Days > 0 ? @"d\ \d\ hh\:mm\:ss" : time.Hours > 0 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
