using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amused.Cli.Bench;

/// <summary>A quantity that was measured several times. In JSON an object of the four, or for those of others a number alone, which is the median.</summary>
/// <param name="Median">The middle one; of an even number, the mean of the middle two.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
/// <param name="Count">How often it was measured; 0 where that isn't known, and the spread with it.</param>
[JsonConverter(typeof(FigureConverter))]
internal readonly record struct Figure(double Median, double Least, double Most, int Count)
{
    /// <summary>The figure of what was measured.</summary>
    /// <param name="values">At least one value.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Figure Of(params IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("there is nothing to take the median of", nameof(values));
        var middle = sorted.Length / 2;
        return new(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1], sorted.Length);
    }

    /// <summary>A median of which nothing more is known.</summary>
    public static Figure Known(double median) => new(median, median, median, 0);

    private sealed class FigureConverter : JsonConverter<Figure>
    {
        public override Figure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number)
                return Positive(Known(reader.GetDouble()));
            var parts = JsonSerializer.Deserialize<Parts>(ref reader, options) ?? throw new JsonException();
            return Positive(new(parts.Median, parts.Least ?? parts.Median, parts.Most ?? parts.Median, parts.Count));
        }

        public override void Write(Utf8JsonWriter writer, Figure value, JsonSerializerOptions options)
        {
            if (value.Count == 0)
                writer.WriteNumberValue(Rounded(value.Median));
            else
                JsonSerializer.Serialize(writer, new Parts(Rounded(value.Median), Rounded(value.Least), Rounded(value.Most), value.Count), options);
        }

        private static Figure Positive(Figure figure) =>
            figure is { Least: >= 0, Count: >= 0 } && figure.Least <= figure.Median && figure.Median <= figure.Most ? figure : throw new JsonException();

        private static double Rounded(double value) => Math.Round(value, 5);
    }

    private sealed record Parts([property: JsonRequired] double Median, double? Least, double? Most, int Count);
}
