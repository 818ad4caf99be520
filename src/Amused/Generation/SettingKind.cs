using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Amused.Sampling;

namespace Amused;

/// <summary>What the values of a setting are: how they are read, checked, said and written.</summary>
internal abstract class SettingKind<T>
{
    /// <summary>What a value has to be.</summary>
    public abstract string Expected { get; }

    /// <summary>Its JSON type.</summary>
    public abstract string JsonType { get; }

    /// <summary>The words that it can be.</summary>
    public virtual IReadOnlyList<string> Choices => [];

    /// <summary>Reads the parts of a value.</summary>
    /// <returns>Whether they are one; it may be out of range.</returns>
    public abstract bool TryRead(IReadOnlyList<string> parts, out T value);

    /// <summary>Whether a value is within the range.</summary>
    public virtual bool Allows(T value) => true;

    /// <summary>A value as JSON.</summary>
    public abstract JsonNode Write(T value);

    /// <summary>A value for a message.</summary>
    public virtual string Show(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    /// <summary>The same, but whole numbers no higher than something.</summary>
    public virtual SettingKind<T> AtMost(long most) => this;

    protected static string Range<TNumber>(TNumber least, TNumber most) =>
        string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}");
}

/// <summary>Whole numbers.</summary>
internal sealed class WholeNumber<T>(long least, long most) : SettingKind<T> where T : struct, IBinaryInteger<T>
{
    public override string Expected => $"a whole number {Range(least, most)}";

    public override string JsonType => "integer";

    public override bool TryRead(IReadOnlyList<string> parts, out T value)
    {
        value = default;
        if (parts is not [var text] || !SettingNumbers.Whole(text, out var number))
            return false;
        value = T.CreateSaturating(number);
        return decimal.CreateSaturating(value) == number;
    }

    public override bool Allows(T value) => value >= T.CreateSaturating(least) && value <= T.CreateSaturating(most);

    public override JsonNode Write(T value) => SettingNumbers.Json(value);

    public override SettingKind<T> AtMost(long lower) => new WholeNumber<T>(least, Math.Min(lower, most));
}

/// <summary>Numbers.</summary>
internal sealed class RealNumber<T>(double least, double most) : SettingKind<T> where T : struct, IFloatingPoint<T>
{
    public override string Expected => $"a number {Range(least, most)}";

    public override string JsonType => "number";

    public override bool TryRead(IReadOnlyList<string> parts, out T value)
    {
        value = default;
        if (parts is not [var text] || !SettingNumbers.Real(text, out var number))
            return false;
        value = T.CreateTruncating(number);
        return true;
    }

    public override bool Allows(T value) => double.CreateTruncating(value) is var number && number >= least && number <= most;

    public override JsonNode Write(T value) => SettingNumbers.Json(value);
}

/// <summary>One of a few words.</summary>
internal sealed class OneWord<T>(params (string Word, T Value)[] words) : SettingKind<T> where T : struct
{
    public override string Expected => $"one of {string.Join(", ", Choices)}";

    public override string JsonType => "string";

    public override IReadOnlyList<string> Choices => [.. words.Select(word => word.Word)];

    public override bool TryRead(IReadOnlyList<string> parts, out T value)
    {
        var found = words.FirstOrDefault(word => parts is [var text] && word.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = found.Value;
        return found.Word is not null;
    }

    public override bool Allows(T value) => words.Any(word => word.Value.Equals(value));

    public override JsonNode Write(T value) => words.First(word => word.Value.Equals(value)).Word;
}

/// <summary>Two whole numbers.</summary>
internal sealed class WholePair(int least, int most) : SettingKind<(int First, int Second)>
{
    private readonly WholeNumber<int> part = new(least, most);

    public override string Expected => $"two whole numbers {Range(least, most)}, with a comma between them";

    public override string JsonType => "array";

    public override bool TryRead(IReadOnlyList<string> parts, out (int First, int Second) value)
    {
        value = default;
        return parts.Count == 2 && part.TryRead([parts[0]], out value.First) && part.TryRead([parts[1]], out value.Second);
    }

    public override bool Allows((int First, int Second) value) => part.Allows(value.First) && part.Allows(value.Second);

    public override JsonNode Write((int First, int Second) value) => new JsonArray(value.First, value.Second);

    public override string Show((int First, int Second) value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value.First},{value.Second}");
}

/// <summary>The temperature of the first and the last step, or one number.</summary>
internal sealed class TemperatureKind(float most) : SettingKind<TemperatureRange>
{
    private readonly RealNumber<float> part = new(0, most);

    public override string Expected => $"{part.Expected}, or two with a comma between them, the first step's and the last's";

    public override string JsonType => "array";

    public override bool TryRead(IReadOnlyList<string> parts, out TemperatureRange value)
    {
        value = default;
        if (parts.Count is not (1 or 2) || !part.TryRead([parts[0]], out var start))
            return false;
        value = TemperatureRange.FromSingle(start);
        if (parts.Count == 1)
            return true;
        var isNumber = part.TryRead([parts[1]], out var end);
        value = new(start, end);
        return isNumber;
    }

    public override bool Allows(TemperatureRange value) => part.Allows(value.Start) && part.Allows(value.End);

    public override JsonNode Write(TemperatureRange value) => new JsonArray(value.Start, value.End);

    public override string Show(TemperatureRange value) => string.Create(CultureInfo.InvariantCulture, $"{value.Start},{value.End}");
}

/// <summary>On or off.</summary>
/// <param name="isOn">Whether it is on when it isn't given.</param>
internal sealed class Switch(bool isOn) : SettingKind<bool>
{
    public bool IsOn => isOn;

    public override string Expected => "true or false";

    public override string JsonType => "boolean";

    public override bool TryRead(IReadOnlyList<string> parts, out bool value)
    {
        value = default;
        return parts is [var text] && bool.TryParse(text, out value);
    }

    public override JsonNode Write(bool value) => value;
}

/// <summary>The size to which a picture is brought.</summary>
internal sealed class SizeKind : SettingKind<AskedSize>
{
    private readonly WholeNumber<int> side = new(1, PictureSize.LargestSide);

    public override string Expected => $"WIDTHxHEIGHT, each from 1 to {PictureSize.LargestSide}, or \"{PictureSize.OwnWord}\"";

    public override string JsonType => "string";

    public override bool TryRead(IReadOnlyList<string> parts, out AskedSize value)
    {
        value = default;
        if (parts is not [var text])
            return false;
        if (text.Equals(PictureSize.OwnWord, StringComparison.OrdinalIgnoreCase))
            value = new(null, null, OwnSize: true);
        else if (PictureSize.Parse(text) is var (width, height))
            value = new(width, height, OwnSize: false);
        return value != default;
    }

    public override bool Allows(AskedSize value) =>
        (value.Width is not { } width || side.Allows(width)) && (value.Height is not { } height || side.Allows(height));

    public override JsonNode Write(AskedSize value) => Show(value);

    public override string Show(AskedSize value) =>
        value.OwnSize ? PictureSize.OwnWord : string.Create(CultureInfo.InvariantCulture, $"{value.Width}x{value.Height}");
}

/// <summary>The size to which a picture is brought.</summary>
/// <param name="Width">Its width in pixels; null: none is asked for.</param>
/// <param name="Height">Its height, likewise.</param>
/// <param name="OwnSize">Whether it keeps the size that it has.</param>
internal readonly record struct AskedSize(int? Width, int? Height, bool OwnSize);

/// <summary>Numbers from text and into JSON, the same in all countries.</summary>
internal static class SettingNumbers
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A whole number, also one that is written <c>7.0</c> or <c>7e0</c>.</summary>
    public static bool Whole(string text, out decimal number) =>
        decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out number) && number == decimal.Truncate(number);

    public static bool Real(string text, out double number) => double.TryParse(text, Style, CultureInfo.InvariantCulture, out number);

    /// <summary>A number in its own digits.</summary>
    public static JsonNode Json<T>(T number) where T : INumber<T> =>
        JsonNode.Parse(string.Create(CultureInfo.InvariantCulture, $"{number}"))!;
}
