using System.CommandLine;
using System.Text.Json.Nodes;

namespace Amused.Cli.Options;

/// <summary>Options of a command that stand for settings.</summary>
internal class SettingOptionSet(IReadOnlyList<SettingOption> options)
{
    public void AddTo(Command command)
    {
        foreach (var setting in options)
            command.Add(setting.Option);
    }

    /// <summary>The settings that are on the command line, as a configuration file would have them.</summary>
    public JsonObject Read(ParseResult parse)
    {
        JsonObject settings = [];
        foreach (var setting in options)
            setting.Apply(parse, settings);
        return settings;
    }
}
