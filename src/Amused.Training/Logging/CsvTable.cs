using System.Globalization;
using System.Text;

namespace Amused.Training;

/// <summary>One step's figures; those that the step has not are missing.</summary>
internal readonly record struct CsvRow(long Step, IReadOnlyDictionary<string, double> Values);

/// <summary>The text form of a log: a header with <c>step</c> and the figures' names, a line for each step, quotes as in RFC 4180.</summary>
internal static class CsvTable
{
    public const string StepColumn = "step";

    /// <summary>Reads what a log has; a last line without its end is one that a killed process could not finish, and is left out.</summary>
    /// <exception cref="BrokenInputException">The file cannot be read or is no such log.</exception>
    public static (List<string> Columns, List<CsvRow> Rows) Read(string path)
    {
        var text = FileFault.Reading(path, () => File.ReadAllText(path));
        var lines = text.Split('\n').SkipLast(1).Select(line => Fields(line.TrimEnd('\r'))).ToList();
        if (lines.Count == 0)
            return ([], []);
        if (lines[0][0] != StepColumn)
            throw FileFault.Of(path, $"is no log of a run: its first column is not \"{StepColumn}\"");
        List<string> columns = lines[0][1..];
        return (columns, [.. lines.Skip(1).Select((fields, index) => Row(fields, columns) ?? throw FileFault.Of(path, $"line {index + 2} is no step's figures"))]);
    }

    public static string Header(IEnumerable<string> columns) => $"{string.Join(',', columns.Prepend(StepColumn).Select(Quote))}\n";

    public static string Line(CsvRow row, IEnumerable<string> columns)
    {
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{row.Step}");
        foreach (var column in columns)
        {
            line.Append(',');
            if (row.Values.TryGetValue(column, out var value))
                line.Append(CultureInfo.InvariantCulture, $"{value}"); // the shortest text that reads back as the same number
        }
        return line.Append('\n').ToString();
    }

    private static CsvRow? Row(List<string> fields, List<string> columns)
    {
        if (fields.Count != columns.Count + 1 || !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step))
            return null;
        Dictionary<string, double> values = [];
        foreach (var (column, field) in columns.Zip(fields.Skip(1)))
        {
            if (field.Length == 0)
                continue;
            if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                return null;
            values[column] = value;
        }
        return new(step, values);
    }

    private static string Quote(string name) => name.AsSpan().IndexOfAny(",\"") < 0 ? name : $"\"{name.Replace("\"", "\"\"")}\"";

    private static List<string> Fields(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        var quoted = false;
        for (var index = 0; index < line.Length; index++)
        {
            var character = line[index];
            if (character == '"' && quoted && index + 1 < line.Length && line[index + 1] == '"')
                field.Append(line[index++]);
            else if (character == '"')
                quoted = !quoted;
            else if (character == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(character);
            }
        }
        fields.Add(field.ToString());
        return fields;
    }
}
