namespace Amused.Runtime;

/// <summary>
/// What the user switches on and off, whatever the program chose: the words of the environment variable <see cref="Variable"/>.
/// </summary>
/// <param name="words">The words in their order: a measure's name, a name after a minus sign, <c>all</c> or <c>none</c>.</param>
internal sealed class TuningSwitches(IReadOnlyList<string> words)
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "AMUSED_TUNING";

    private const string All = "all", None = "none";

    /// <summary>Reads the variable's text.</summary>
    /// <param name="text">Words between commas; null or empty: the user wants nothing.</param>
    /// <param name="names">The names of the measures that there are.</param>
    /// <exception cref="InvalidRequestException">A word is no measure.</exception>
    public static TuningSwitches Parse(string? text, IEnumerable<string> names)
    {
        var words = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.FirstOrDefault(word => word is not (All or None) && !names.Contains(word.TrimStart('-'))) is { } unknown)
        {
            throw new InvalidRequestException(
                $"{Variable}: there is no measure '{unknown.TrimStart('-')}': use {string.Join(", ", names)}, "
                + "each with a minus before it to switch it off, or all or none");
        }
        return new(words);
    }

    /// <summary>Whether the user wants a measure; null: the program decides. The last word that speaks of it counts.</summary>
    public bool? this[string name] => words.LastOrDefault(word => word is All or None || word.TrimStart('-') == name) switch
    {
        null => null,
        None => false,
        All => true,
        var word => word[0] != '-',
    };
}
