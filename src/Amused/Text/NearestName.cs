namespace Amused.Text;

/// <summary>Finds what a mistyped name was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>The name at the least distance, when that is small enough to be a slip; null otherwise.</summary>
    public static string? Find(string word, IEnumerable<string> names)
    {
        var best = names
            .Select(name =>
                (Name: name, Distance: name.StartsWith(word, StringComparison.Ordinal) && word.Length > 3 ? 1 : Distance(word, name)))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        var letters = word.Trim('-').Length;
        return best.Name is not null && letters > 2 && best.Distance <= Math.Max(1, letters / 3) ? best.Name : null;
    }

    /// <summary>Edits between two words: letters put in, left out or changed (Levenshtein) and neighbours swapped.</summary>
    internal static int Distance(string first, string second)
    {
        var rows = new int[first.Length + 1, second.Length + 1];
        for (var i = 0; i <= first.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= second.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= first.Length; i++)
        {
            for (var j = 1; j <= second.Length; j++)
            {
                var change = first[i - 1] == second[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[first.Length, second.Length];
    }
}
