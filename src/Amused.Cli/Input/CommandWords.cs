using System.CommandLine;
using System.CommandLine.Parsing;

namespace Amused.Cli.Input;

/// <summary>
/// Puts a line of a prompt file over the command line that named it, as words for the parser: one way of checking serves both.
/// </summary>
internal static class CommandWords
{
    // What a picture carries beside its options, so that its settings can be a line as they are.
    private static readonly string[] Informational = ["version", "index", "server-model", "server-lora"];
    private static readonly string[] WholeCall = ["prompt-file", "json", "help"];
    private static readonly string[] Repeatable = ["prompt", "negative-prompt", "image", "mask", "lora"];

    /// <exception cref="InvalidRequestException">The line sets something that doesn't exist, or that only a whole call has.</exception>
    public static IReadOnlyList<string> Merge(ParseResult parse, PromptLine line)
    {
        var command = parse.CommandResult.Command;
        var overrides = line.Options
            .Select(option => option with { Name = option.Name.Replace('_', '-') })
            .Where(option => !Informational.Contains(option.Name))
            .ToList();
        CheckCommand(overrides, command);
        overrides.RemoveAll(option => option.Name == "command");
        foreach (var option in overrides)
            if (WholeCall.Contains(option.Name))
                throw new InvalidRequestException($"--{option.Name} is for the whole call and cannot stand in a line");

        var words = new List<string> { command.Name };
        foreach (var option in command.Options)
            if (parse.GetResult(option) is { Implicit: false } given
                && !WholeCall.Contains(option.Name[2..]) && !overrides.Exists(line => $"--{line.Name}" == option.Name))
                words.AddRange(Words(option.Name, given));
        foreach (var (name, values) in overrides)
            if (values is not null)
                words.AddRange(Repeatable.Contains(name)
                    ? values.Select(value => $"--{name}={value}")
                    : [$"--{name}={string.Join(',', values)}"]);
        return words;
    }

    private static IEnumerable<string> Words(string name, OptionResult given) =>
        given.Tokens.Count == 0 ? [name] : given.Tokens.Select(token => $"{name}={token.Value}");

    private static void CheckCommand(List<LineOption> options, Command command)
    {
        if (options.Find(option => option.Name == "command") is { Values: [var name] } && name != command.Name)
            throw new InvalidRequestException($"these are settings of amused {name}, not of amused {command.Name}");
    }
}
