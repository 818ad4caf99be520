using System.CommandLine;
using System.CommandLine.Invocation;
using Amused.Cli.Commands;
using Amused.Cli.Options;

namespace Amused.Cli.Help;

/// <summary>Writes a command's help: usage, arguments, options under their headings, examples.</summary>
internal sealed class HelpPage(Host host) : SynchronousCommandLineAction
{
    private const int Indent = 28;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command);
        return 0;
    }

    public void Write(Command command)
    {
        var isRoot = command is RootCommand;
        host.Out.WriteLine(command.Description);
        Heading("Usage");
        host.Out.WriteLine($"  {Usage(command)}");
        if (command.Subcommands.Any(sub => !sub.Hidden))
            Heading("Commands");
        foreach (var sub in command.Subcommands.Where(sub => !sub.Hidden))
            Entry(sub.Name, sub.Description ?? "");
        if (command.Arguments.Count > 0)
            Heading("Arguments");
        foreach (var argument in command.Arguments)
            Entry(argument.Name, argument.Description ?? "");
        foreach (var group in command.Options.Where(option => !option.Hidden)
            .GroupBy(option => (option as IDocumentedOption)?.Group ?? "Other"))
        {
            Heading(group.Key);
            foreach (var option in group)
                Entry(Left(option), option.Description ?? "");
        }
        if (!isRoot)
            Other();
        if (command is DocumentedCommand { Examples: { Count: > 0 } examples })
        {
            Heading("Examples");
            foreach (var example in examples)
                host.Out.WriteLine($"  {example}");
        }
    }

    private static string Usage(Command command)
    {
        if (command is RootCommand)
            return "amused COMMAND [options]";
        var arguments =
            command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues > 0 ? argument.Name : $"[{argument.Name}]");
        return string.Join(' ', ["amused", command.Name, .. arguments, "[options]"]);
    }

    private static string Left(Option option)
    {
        var names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Append(option.Name));
        return option is IDocumentedOption && option.HelpName is { Length: > 0 } value ? $"{names} {value}" : names;
    }

    private void Other()
    {
        Heading("Other");
        Entry("-h, --help", "Shows this page.");
    }

    private void Heading(string text)
    {
        host.Out.WriteLine();
        host.Out.WriteLine($"{text}:");
    }

    private void Entry(string left, string right)
    {
        var lines = Lines.Wrap(right, host.Width - Indent).ToList();
        var beside = left.Length <= Indent - 4;
        host.Out.WriteLine(beside ? $"  {left.PadRight(Indent - 2)}{lines.FirstOrDefault()}".TrimEnd() : $"  {left}");
        foreach (var line in beside ? lines.Skip(1) : lines)
            host.Out.WriteLine($"{new string(' ', Indent)}{line}");
    }
}
