using System.CommandLine;
using System.CommandLine.Parsing;
using Amused.Text;

namespace Amused.Cli.Errors;

/// <summary>
/// Names what a command line has too much, with the nearest thing that exists. The parser would take an unknown option for a prompt or for
/// another option's value, so words that look like options are checked before it.
/// </summary>
internal static class UnknownWords
{
    /// <exception cref="InvalidRequestException">A command or an option doesn't exist.</exception>
    public static void Check(RootCommand root, IReadOnlyList<string> args)
    {
        Command command = root;
        foreach (var word in args)
        {
            if (word == "--")
                return;
            if (LooksLikeOption(word))
                CheckOption(root, command, word);
            else if (command == root)
                command = root.Subcommands.FirstOrDefault(sub => sub.Name == word) ?? throw new InvalidRequestException(
                    $"'{word}' is no command{Suggestion(word, root.Subcommands.Select(sub => sub.Name))}; amused --help lists "
                        + "the commands");
        }
    }

    /// <summary>One line for a parse result that has errors.</summary>
    public static string Explain(ParseResult parse)
    {
        var error = parse.Errors[0];
        var command = parse.CommandResult.Command;
        if (parse.UnmatchedTokens is [var word, ..] && error.Message.Contains($"'{word}'", StringComparison.Ordinal))
            return command.Arguments is [{ Name: "PROMPT" }]
                ? $"'{word}' is one word too many: put the prompt in quotes, or give several with --prompt"
                : $"'{word}' is one word too many; see amused {command.Name} --help";
        return error.SymbolResult switch
        {
            OptionResult { IdentifierToken: null } option => $"{command.Name} needs {option.Option.Name}{Example(option.Option)}",
            OptionResult { Tokens.Count: 0 } option => $"{option.Option.Name} needs a value{Example(option.Option)}",
            OptionResult { Tokens.Count: > 1 } option when option.Option.Arity.MaximumNumberOfValues == 1 =>
                $"{option.Option.Name} is given {option.Tokens.Count} times: it takes one value",
            CommandResult or ArgumentResult { Tokens.Count: 0 } when command.Arguments is [{ Arity.MinimumNumberOfValues: > 0 } argument,
                ..] =>
                $"{command.Name} needs {argument.Name}; see amused {command.Name} --help",
            _ => error.Message,
        };
    }

    private static void CheckOption(RootCommand root, Command command, string word)
    {
        var name = word.Split('=', ':')[0];
        var known = (command == root ? root.Options : command.Options.Concat(root.Options.Where(option => option.Recursive)))
            .Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Prepend(option.Name))
            .ToList();
        if (known.Contains(name))
            return;
        throw new InvalidRequestException(
            $"unknown option {name}{Suggestion(name, known)}; see amused {(command == root ? "" : command.Name + " ")}--help");
    }

    /// <summary>
    /// True of <c>--word</c> and <c>-w</c>; false of numbers, of a single dash, and of text with spaces, which is a prompt.
    /// </summary>
    private static bool LooksLikeOption(string word) =>
        word is ['-', '-', ..] or ['-', (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ..]
        && !word.Split('=')[0].Any(char.IsWhiteSpace);

    private static string Suggestion(string word, IEnumerable<string> names) =>
        NearestName.Find(word, names) is { } name ? $" (did you mean {name}?)" : "";

    private static string Example(Option option) =>
        option is Options.IDocumentedOption documented ? $", for example {documented.Example}" : "";
}
