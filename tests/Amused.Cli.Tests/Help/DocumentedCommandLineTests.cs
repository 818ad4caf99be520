using Amused.Cli.Commands;
using Amused.Cli.Tests.Docs;
using Xunit;

namespace Amused.Cli.Tests.Help;

/// <summary>Whoever copies a command line from the documentation gets no word about its options.</summary>
public sealed class DocumentedCommandLineTests
{
    public static TheoryData<string, string> CommandLines
    {
        get
        {
            var found = new TheoryData<string, string>();
            foreach (var call in DocumentedCall.Of("amused"))
                found.Add(call.Document, call.Line);
            return found;
        }
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void A_command_line_of_the_documentation_parses(string document, string line)
    {
        using var host = new Host(() => TextReader.Null, TextWriter.Null, TextWriter.Null);
        var error = Record.Exception(() => CommandLine.Parse(CommandTree.Create(host), DocumentedCall.ShellWords(line)));
        Assert.True(error is null, $"{document}: amused {line}: {error?.Message}");
    }

    [Theory]
    [InlineData("""a "b c" 'd "e"' # f""", "a", "b c", "d \"e\"")]
    [InlineData("a > file", "a")]
    [InlineData("a | jq .b", "a")]
    [InlineData("a)\" # b", "a")]
    [InlineData("--output \"fox-{seed}.png\"", "--output", "fox-{seed}.png")]
    public void Words_are_told_apart_as_a_shell_does(string line, params string[] words) => Assert.Equal(words, DocumentedCall.ShellWords(line));
}
