using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Amused.Cli;
using Amused.Cli.Errors;

namespace PictureBook.Commands;

/// <summary>The tool's command line: words → a command → an exit code.</summary>
internal static class Tool
{
    /// <summary>What the tool is called by.</summary>
    public const string Name = "picture-book";

    /// <summary>Runs a command line to its end. Whatever goes wrong is one line on <see cref="Host.Error"/> and an exit code, see <see cref="Failure"/>.</summary>
    public static int Run(IReadOnlyList<string> args, Host host)
    {
        try
        {
            return Parse(args, host).Invoke(new InvocationConfiguration
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
    public static ParseResult Parse(IReadOnlyList<string> args, Host host)
    {
        Command root = new(Name, "Draws the picture-book world, trains what reads it, and judges pictures of it.")
        {
            new MakeDatasetCommand(host), new TrainReaderCommand(host), new EvaluateCommand(host), new HelpOption("--help", "-h"),
        };
        var parse = root.Parse(args.Count > 0 ? args : ["--help"], new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parse.Action is not ParseErrorAction)
            return parse;
        throw new InvalidRequestException(parse.UnmatchedTokens is [var word, ..] ? $"'{word}' is unknown; see {Name} --help" : parse.Errors[0].Message);
    }
}
