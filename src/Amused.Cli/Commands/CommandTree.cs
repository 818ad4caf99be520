using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using Amused.Cli.Help;

namespace Amused.Cli.Commands;

/// <summary>All commands, under the root.</summary>
internal static class CommandTree
{
    public static string Version { get; } =
        typeof(CommandTree).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static RootCommand Create(Host host)
    {
        var root = new RootCommand("Makes pictures from words by filling in masked tokens: aMUSEd checkpoints, no Python.");
        Command[] commands =
        [
            new GenerateCommand(host), new ImageToImageCommand(host), new InpaintCommand(host), new SweepCommand(host),
            new InfoCommand(host), new PullCommand(host), new TokenizeCommand(host), new InitCommand(host), new ConvertCommand(host), new QuantizeCommand(host), new TrainTokenizerCommand(host),
            new TrainCommand(host), new TrainVqCommand(host), new EncodeCommand(host),
            new BenchCommand(host), new ServeCommand(host), new CompletionCommand(host),
        ];
        foreach (var command in commands)
            root.Add(command);

        var help = new HelpPage(host);
        root.SetAction(parse => help.Invoke(parse));
        foreach (var option in root.Options)
        {
            if (option is HelpOption)
            {
                option.Action = help;
                // -h alone: /h would be the name of a file here, and -? a pattern to the shell.
                foreach (var alias in (string[])["/h", "/?", "-?"])
                    option.Aliases.Remove(alias);
                option.Description = "Shows help.";
            }
            else if (option is VersionOption)
            {
                option.Action = new ShowVersion(host);
                option.Description = "Shows the version.";
            }
        }
        return root;
    }

    private sealed class ShowVersion(Host host) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            host.Out.WriteLine(Version);
            return 0;
        }
    }
}
