using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Amused;

/// <summary>A value as a command line, a protocol or a program gives it: the parts between its commas, or of its list, as text.</summary>
internal readonly struct SettingValue
{
    private const int LongestShown = 40;

    public SettingValue(object value)
    {
        if (value is JsonElement json)
            value = Unwrap(json);
        (Parts, Shown) = value switch
        {
            string text => ([.. text.Split(',').Select(part => part.Trim())], $"'{Short(text)}'"),
            IEnumerable list => OfList([.. list.Cast<object?>().Select(item => new SettingValue(item ?? "null"))]),
            _ => ((IReadOnlyList<string>)[Text(value)], Short(Text(value))),
        };
    }

    /// <summary>The parts; none of a list that holds fewer than two, which is no value of any setting.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>The value for a message: text in quotes, on one line, and not at length.</summary>
    public string Shown { get; }

    private static (IReadOnlyList<string>, string) OfList(IReadOnlyList<SettingValue> items) =>
        (items.Count == 1 ? [] : [.. items.SelectMany(item => item.Parts)], Short($"[{string.Join(", ", items.Select(item => item.Shown))}]"));

    private static object Unwrap(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => TextOf(json),
        JsonValueKind.Number => new Written(json.GetRawText()),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => json.EnumerateArray().Select(item => (object)item).ToArray(),
        _ => new Written(json.GetRawText()),
    };

    private static string TextOf(JsonElement json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a character, which JSON allows and no setting has.
            return "\ufffd";
        }
    }

    private static string Text(object value) => value switch
    {
        bool on => on ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? value.GetType().Name,
    };

    private static string Short(string text) =>
        FileFault.Printable(text.Length > LongestShown ? string.Concat(text.AsSpan(0, LongestShown), "…") : text);

    /// <summary>What JSON writes without quotes.</summary>
    private sealed record Written(string Text)
    {
        public override string ToString() => Text;
    }
}
