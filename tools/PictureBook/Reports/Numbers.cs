using System.Globalization;
using System.Text.Json.Nodes;
using PictureBook.Scoring;

namespace PictureBook.Reports;

/// <summary>Figures in words and in JSON.</summary>
internal static class Numbers
{
    /// <summary><c>96.2%</c>; a dash when there was nothing to count.</summary>
    public static string Percent(Share share) => share.Of == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share.Value:0.0}%");

    /// <summary><c>94.6–97.3%</c>; a dash when there was nothing to count.</summary>
    public static string Interval(Share share) => share.Of == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share.Interval.Low:0.0}–{100 * share.Interval.High:0.0}%");

    /// <summary>A figure with so many digits behind the point.</summary>
    public static string Fixed(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    /// <summary><c>{"right":…,"of":…,"value":…,"interval":[…,…]}</c>; the value is null when there was nothing to count.</summary>
    public static JsonObject Json(Share share) => new()
    {
        ["right"] = share.Right,
        ["of"] = share.Of,
        ["value"] = share.Of == 0 ? null : Math.Round(share.Value, 6),
        ["interval"] = new JsonArray(Math.Round(share.Interval.Low, 6), Math.Round(share.Interval.High, 6)),
    };

    /// <summary>A figure; null when it is no finite number.</summary>
    public static JsonNode? Json(double? value, int digits) => value is { } number && double.IsFinite(number) ? Math.Round(number, digits) : null;
}
