using System.Text;
using System.Text.RegularExpressions;

namespace Amused.Cli.Tests.Docs;

/// <summary>A call of a program in a document's block for a shell.</summary>
/// <param name="Document">The document's path in the repository.</param>
/// <param name="Line">What stands behind the program's name.</param>
internal sealed record DocumentedCall(string Document, string Line)
{
    /// <summary>All calls of a program: its name at a line's beginning, behind a variable, a pipe or in <c>$(…)</c>, with or without the folder that it lies in.</summary>
    public static IEnumerable<DocumentedCall> Of(string program)
    {
        Regex call = new(@$"(^(\$ )?(\w+=\S+ )*|\| |\$\()(\./|tools/)?{program} (?<line>[^\n]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture);
        return from block in DocumentedBlock.All
               where block.IsShell
               from Match match in call.Matches(block.Text)
               select new DocumentedCall(block.Document, match.Groups["line"].Value);
    }

    /// <summary>Tells words apart as a shell does.</summary>
    internal static List<string> ShellWords(string line)
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
}
