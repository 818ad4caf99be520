using System.CommandLine;
using System.Text;
using Amused.Cli.Commands;
using Amused.Cli.Options;
using Amused.Cli.Tests.Options;
using Xunit;

namespace Amused.Cli.Tests.Help;

/// <summary>
/// <c>docs/cli.md</c> says of every command and option what the program says. <c>AMUSED_UPDATE_DOCS=1</c> writes the page's tables anew.
/// </summary>
public sealed class CommandPageTests
{
    private static readonly string Page = Path.Combine(GoldenFolder.Repository, "docs", "cli.md");

    [Fact]
    public void The_page_is_what_the_command_tree_says()
    {
        var page = File.ReadAllText(Page);
        var updated = DocumentationTests.Tree().Subcommands.Aggregate(page, Replace);
        if (Environment.GetEnvironmentVariable("AMUSED_UPDATE_DOCS") == "1")
            File.WriteAllText(Page, updated);
        else
            Assert.Equal(updated, page);
    }

    [Fact]
    public void The_table_at_the_beginning_leads_to_every_command()
    {
        var page = File.ReadAllText(Page);
        Assert.All(DocumentationTests.Tree().Subcommands, command =>
            Assert.Contains($"| [`{command.Name}`](#amused-{command.Name}) |", page));
    }

    private static string Replace(string page, Command command)
    {
        var (begin, end) = ($"<!-- {command.Name}: written by a test -->\n", $"<!-- end of {command.Name} -->");
        var start = page.IndexOf(begin, StringComparison.Ordinal);
        var stop = page.IndexOf(end, StringComparison.Ordinal);
        Assert.True(start >= 0 && stop > start, $"docs/cli.md has no place for {command.Name}: {begin}{end}");
        return page[..(start + begin.Length)] + Section(command) + page[stop..];
    }

    private static string Section(Command command)
    {
        var text = new StringBuilder();
        text.Append($"### `amused {command.Name}`\n\n{command.Description}\n\n");
        foreach (var argument in command.Arguments)
            text.Append($"`{argument.Name}`: {argument.Description}\n\n");
        if (command.Options.Count > 0)
            text.Append("| option | what it does | default | example |\n|---|---|---|---|\n");
        foreach (var option in command.Options)
        {
            var documented = (IDocumentedOption)option;
            var names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Append(option.Name).Select(name => $"`{name}`"));
            var value = string.IsNullOrEmpty(option.HelpName) ? "" : $" {Cell(option.HelpName)}";
            text.Append($"| {names}{value} | {Cell(documented.Summary)} | {Cell(documented.Default)} | `{Cell(documented.Example)}` |\n");
        }
        text.Append("\n<!-- not run: examples of options, which a test reads as the tool does -->\n```bash\n")
            .AppendJoin('\n', ((DocumentedCommand)command).Examples).Append("\n```\n");
        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
