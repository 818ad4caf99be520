using System.CommandLine;
using System.CommandLine.Invocation;
using Amused.Cli.Commands;
using Amused.Cli.Errors;
using Amused.Runtime;

namespace Amused.Cli;

/// <summary>The way of a command line: words → checked words → a command → an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command line to its end. Whatever goes wrong is one line on <see cref="Host.Error"/> and an exit code, see <see cref="Failure"/>.</summary>
    public static int Run(IReadOnlyList<string> args, Host host)
    {
        try
        {
            OpenFiles.Require();
            TorchTuning.Use(host.Tuning);
            var parse = Parse(CommandTree.Create(host), args);
            return parse.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = host.Out,
                Error = host.Error,
            });
        }
        catch (Exception e)
        {
            return Failure.Report(e, host);
        }
    }

    /// <summary>Parses a command line.</summary>
    /// <exception cref="InvalidRequestException">Something in it is unknown or unusable; the message says what.</exception>
    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> args)
    {
        // A prompt may begin with @, and -12 is a number: no response files, no bundles of short options.
        var settings = new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
        var isDirective = args is [['[', ..], ..];
        if (!isDirective)
            UnknownWords.Check(root, args);
        var parse = root.Parse([.. isDirective ? args : SplitEmptyValues(args)], settings);
        if (parse.Action is ParseErrorAction)
            throw new InvalidRequestException(UnknownWords.Explain(parse));
        return parse;
    }

    /// <summary>Makes two words of <c>--negative-prompt=</c>: the parser would take the next word for the value.</summary>
    private static IEnumerable<string> SplitEmptyValues(IReadOnlyList<string> args)
    {
        var optionsEnded = false;
        foreach (var word in args)
        {
            optionsEnded |= word == "--";
            if (!optionsEnded && word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=') == word.Length - 1)
            {
                yield return word[..^1];
                yield return "";
            }
            else
            {
                yield return word;
            }
        }
    }
}
