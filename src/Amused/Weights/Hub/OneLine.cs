namespace Amused.Weights.Hub;

/// <summary>Text from outside, fit for a one-line message.</summary>
internal static class OneLine
{
    private const int Longest = 200;

    /// <summary>The text without line breaks and other control characters, cut at 200 characters.</summary>
    public static string Of(string text)
    {
        var line = string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Where(c => !char.IsControl(c)));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }
}
