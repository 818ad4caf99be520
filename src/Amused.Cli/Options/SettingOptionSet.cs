using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Amused.Cli.Options;

/// <summary>Options of a command that stand for settings.</summary>
internal partial class SettingOptionSet(IReadOnlyList<SettingOption> options)
{
    public void AddTo(Command command)
    {
        foreach (var setting in options)
            command.Add(setting.Option);
    }

    /// <summary>The settings that are on the command line, as a configuration file would have them.</summary>
    /// <exception cref="InvalidRequestException">
    /// Two options stand for the same setting, such as --lora and --freeze-transformer.
    /// </exception>
    public JsonObject Read(ParseResult parse)
    {
        if (options.Where(setting => setting.IsGiven(parse)).GroupBy(setting => setting.Path)
            .FirstOrDefault(same => same.Count() > 1) is { } contradiction)
            throw new InvalidRequestException(
                $"{string.Join(" and ", contradiction.Select(setting => setting.Option.Name))}: give one of the two");
        JsonObject settings = [];
        foreach (var setting in options)
            setting.Apply(parse, settings);
        return settings;
    }

    /// <summary>Runs what a command does; an error that names settings as a file has them names the options instead.</summary>
    /// <exception cref="InvalidRequestException">As the command says it.</exception>
    public void Execute(Action command)
    {
        try
        {
            command();
        }
        catch (InvalidRequestException fault)
        {
            throw new InvalidRequestException(AsOptions(fault.Message));
        }
    }

    // A setting that several options stand for, each for a value of its own, keeps its name.
    private string AsOptions(string message) => SettingName().Replace(
        message, match => options.Where(setting => setting.Path == match.Value).ToArray() is [var only] ? only.Option.Name : match.Value);

    [GeneratedRegex(@"(?<![\w.""/\\-])[a-z_]+\.[a-z_0-9]+(?:\.[a-z_0-9]+)*(?![\w/\\])|\b[a-z]+_[a-z_]+\b(?!\.)")]
    private static partial Regex SettingName();

    /// <summary>
    /// Refuses options on the command line that the settings, all together, leave without effect, such as --lora-rank where nothing trains
    /// a LoRA.
    /// </summary>
    /// <exception cref="InvalidRequestException">The message names the option and what it needs.</exception>
    public void RefuseIdle(ParseResult parse, JsonObject settings)
    {
        if (options.FirstOrDefault(setting => setting.IsGiven(parse) && setting.Needs is { } need && !need.IsMet(settings)) is { } idle)
            throw new InvalidRequestException($"{idle.Option.Name} has an effect only with {idle.Needs!.Option}");
    }
}
