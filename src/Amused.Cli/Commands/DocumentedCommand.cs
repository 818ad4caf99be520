using System.CommandLine;

namespace Amused.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal abstract class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Whole command lines, each of which parses.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>Refuses what is on the command line without having an effect.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="why">Why it has none: <c>--no-history keeps no pictures</c>.</param>
    /// <param name="idle">What has none.</param>
    protected static void RefuseIdle(ParseResult parse, string why, IEnumerable<Symbol> idle)
    {
        string[] given = [.. idle.Where(symbol => IsGiven(parse, symbol)).Select(symbol => symbol.Name)];
        if (given.Length > 0)
            throw new InvalidRequestException($"{why}: leave {string.Join(", ", given)} out");
    }

    /// <summary>Refuses all that is on the command line but what has an effect.</summary>
    protected void RefuseAllBut(ParseResult parse, string why, IEnumerable<Symbol> effective) =>
        RefuseIdle(parse, why, Options.Concat<Symbol>(Arguments).Except(effective));

    private static bool IsGiven(ParseResult parse, Symbol symbol) => symbol switch
    {
        Option option => parse.GetResult(option) is { Implicit: false },
        Argument argument => parse.GetResult(argument) is { Tokens.Count: > 0 },
        _ => false,
    };
}
