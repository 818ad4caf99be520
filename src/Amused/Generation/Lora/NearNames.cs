namespace Amused.Lora;

/// <summary>Names of layers that resemble one that isn't there, for messages.</summary>
internal static class NearNames
{
    /// <summary>
    /// The <paramref name="count"/> names that share most with <paramref name="name"/> at their beginning and end together, the nearest
    /// first.
    /// </summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> names, int count = 3) =>
        [.. names.Distinct().OrderByDescending(candidate => Shared(name, candidate)).ThenBy(candidate => candidate.Length)
            .ThenBy(candidate => candidate, StringComparer.Ordinal).Take(count)];

    private static int Shared(string first, string second)
    {
        var shorter = Math.Min(first.Length, second.Length);
        var start = first.AsSpan().CommonPrefixLength(second);
        var end = 0;
        while (end < shorter - start && first[^(end + 1)] == second[^(end + 1)])
            end++;
        return start + end;
    }
}
