using System.Text;
using System.Text.RegularExpressions;
using Amused.Cli.Commands;
using Amused.Cli.Tests.Docs;
using Xunit;

namespace Amused.Cli.Tests.Help;

/// <summary>Whoever copies a command line from the documentation gets no word about its options.</summary>
public sealed partial class DocumentedCommandLineTests
{
    public static TheoryData<string, string> CommandLines
    {
        get
        {
            var found = new TheoryData<string, string>();
            foreach (var block in DocumentedBlock.All.Where(block => block.IsShell))
                foreach (Match call in Call().Matches(block.Text))
                    found.Add(block.Document, call.Groups["line"].Value);
            return found;
        }
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void A_command_line_of_the_documentation_parses(string document, string line)
    {
        using var host = new Host(() => TextReader.Null, TextWriter.Null, TextWriter.Null);
        var error = Record.Exception(() => CommandLine.Parse(CommandTree.Create(host), ShellWords(line)));
        Assert.True(error is null, $"{document}: amused {line}: {error?.Message}");
    }

    [Theory]
    [InlineData("""a "b c" 'd "e"' # f""", "a", "b c", "d \"e\"")]
    [InlineData("a > file", "a")]
    [InlineData("a | jq .b", "a")]
    [InlineData("a)\" # b", "a")]
    [InlineData("--output \"fox-{seed}.png\"", "--output", "fox-{seed}.png")]
    public void Words_are_told_apart_as_a_shell_does(string line, params string[] words) => Assert.Equal(words, ShellWords(line));

    /// <summary>The words of a command line up to its comment, pipe, redirection or closing parenthesis.</summary>
    private static List<string> ShellWords(string line)
    {
        List<string> words = [];
        StringBuilder? word = null;
        var quote = '\0';
        foreach (var character in line)
        {
            if (quote != '\0' ? character == quote : character is '"' or '\'')
                (quote, word) = (quote == '\0' ? character : '\0', word ?? new());
            else if (quote != '\0')
                word!.Append(character);
            else if (character is '|' or '>' or '<' or ';' or '&' or ')' || (character == '#' && word is null))
                break;
            else if (character != ' ')
                (word ??= new()).Append(character);
            else if (word is not null)
                (words, word) = ([.. words, word.ToString()], null);
        }
        return word is null ? words : [.. words, word.ToString()];
    }

    /// <summary>The tool's name at a line's beginning, behind a variable, a pipe or in <c>$(…)</c>.</summary>
    [GeneratedRegex(@"(^(\$ )?(\w+=\S+ )*|\| |\$\()(\./)?amused (?<line>[^\n]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Call();
}
