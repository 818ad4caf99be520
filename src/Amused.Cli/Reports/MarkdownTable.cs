using System.Text;

namespace Amused.Cli.Reports;

/// <summary>A table that reads well as it stands and as Markdown.</summary>
internal static class MarkdownTable
{
    /// <summary>Composes the table; the first column stands to the left, the others to the right.</summary>
    /// <param name="head">The columns' names.</param>
    /// <param name="rows">As many cells in each as there are columns.</param>
    public static string Compose(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(head).ToList();
        int[] widths = [.. head.Select((_, column) => Math.Max(3, all.Max(row => row[column].Length)))];
        StringBuilder text = new();
        foreach (var (number, row) in all.Index())
        {
            text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append(" |\n");
            if (number == 0)
                text.Append('|').AppendJoin('|', widths.Select((width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":")).Append("|\n");
        }

        return text.ToString();
    }
}
