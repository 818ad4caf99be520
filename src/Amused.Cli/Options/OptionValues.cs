using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Amused.Cli.Options;

/// <summary>Reads the values of options; what can't be read gets a message that names the option, the value and what would be right.</summary>
internal static class OptionValues
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static Func<ArgumentResult, int?> WholeNumber(int least, int most) => result =>
        Read(result, out int? value, text => ParseWhole(text, least, most, out var number) ? (int)number : null)
            ? value
            : Refuse<int?>(result, $"is not a whole number {Range(least, most)}");

    public static Func<ArgumentResult, float?> Number(double least, double most) => result =>
        Read(result, out float? value, text => ParseNumber(text, least, most, out var number) ? (float)number : null)
            ? value
            : Refuse<float?>(result, $"is not a number {Range(least, most)}");

    public static Func<ArgumentResult, double?> Fraction() => result =>
        Read(result, out double? value, text => ParseNumber(text, 0, 1, out var number) ? number : null)
            ? value
            : Refuse<double?>(result, "is not a number from 0 to 1");

    /// <summary>Whole numbers with commas between them.</summary>
    public static Func<ArgumentResult, IReadOnlyList<long>?> WholeNumbers(long least, long most) => result =>
        ReadList(result, text => ParseWhole(text, least, most, out var number) ? (long?)number : null)
            ?? Refuse<IReadOnlyList<long>?>(result, $"is not a whole number {Range(least, most)}, or several with commas between them");

    /// <summary>Numbers with commas between them.</summary>
    public static Func<ArgumentResult, IReadOnlyList<float>?> Numbers(double least, double most) => result =>
        ReadList(result, text => ParseNumber(text, least, most, out var number) ? (float?)number : null)
            ?? Refuse<IReadOnlyList<float>?>(result, $"is not a number {Range(least, most)}, or several with commas between them");

    /// <summary>Two whole numbers, <c>8,24</c>.</summary>
    public static Func<ArgumentResult, (int First, int Second)?> Pair(int least, int most) => result =>
        ReadList(result, text => ParseWhole(text, least, most, out var number) ? (int?)number : null) is [var first, var second]
            ? (first, second)
            : Refuse<(int, int)?>(result, $"is not two whole numbers {Range(least, most)} with a comma between them");

    /// <summary>One of several words.</summary>
    public static Func<ArgumentResult, T?> Word<T>(params (string Word, T Value)[] words) where T : struct => result =>
    {
        var text = Text(result);
        foreach (var (word, value) in words)
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                return value;
        return Refuse<T?>(result, $"is not one of {string.Join(", ", words.Select(word => word.Word))}");
    };

    /// <summary>One of several words that are values themselves, in the case that they have here.</summary>
    public static Func<ArgumentResult, string?> OneOf(params string[] words) => result =>
        words.FirstOrDefault(word => word.Equals(Text(result), StringComparison.OrdinalIgnoreCase)) ?? Refuse<string>(result, $"is not one of {string.Join(", ", words)}");

    /// <summary>Several of the words, with commas between them.</summary>
    public static Func<ArgumentResult, IReadOnlyList<T>?> Words<T>(params (string Word, T Value)[] words) where T : struct => result =>
        ReadList(result, text => words.Where(word => word.Word.Equals(text, StringComparison.OrdinalIgnoreCase)).Select(word => (T?)word.Value).FirstOrDefault())
            ?? Refuse<IReadOnlyList<T>?>(result, $"is not one of {string.Join(", ", words.Select(word => word.Word))}, or several with commas between them");

    /// <summary>Numbers, at least one, of any kind that <paramref name="parse"/> reads; null when a part can't be read.</summary>
    public static IReadOnlyList<T>? ReadList<T>(ArgumentResult result, Func<string, T?> parse) where T : struct
    {
        var values = new List<T>();
        foreach (var part in Text(result).Split(','))
        {
            if (parse(part.Trim()) is not { } value)
                return null;
            values.Add(value);
        }
        return values;
    }

    public static bool ParseNumber(string text, double least, double most, out double number) =>
        double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    /// <summary>Leaves a message in the parse result, which then is an error.</summary>
    public static T? Refuse<T>(ArgumentResult result, string why)
    {
        var name = result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
        var example = (result.Parent as OptionResult)?.Option is IDocumentedOption documented ? $"; for example {documented.Example}" : "";
        result.AddError($"{name}: '{Text(result)}' {why}{example}");
        return default;
    }

    private static bool ParseWhole(string text, long least, long most, out long number) =>
        long.TryParse(text, Whole, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    private static bool Read<T>(ArgumentResult result, out T? value, Func<string, T?> parse) where T : struct
    {
        value = parse(Text(result));
        return value is not null;
    }

    public static string Text(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[0].Value : "";

    private static string Range<T>(T least, T most) where T : struct, INumber<T> => string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}");
}
