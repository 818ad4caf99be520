using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace Amused.Cli.Options;

/// <summary>An option that stands for a setting of a run's configuration file.</summary>
/// <param name="Option">The option.</param>
/// <param name="Path">The setting, with a dot between section and name: <c>optimizer.learning_rate</c>.</param>
/// <param name="Read">Its value on a command line.</param>
internal sealed record SettingOption(Option Option, string Path, Func<ParseResult, JsonNode?> Read)
{
    /// <summary>What it has no effect without; null: it always has one.</summary>
    public SettingNeed? Needs { get; private init; }

    /// <summary>A whole number.</summary>
    public static SettingOption Whole(string group, string name, string path, string summary, string standard, string example, int least,
        params string[] aliases) => Of(
        new DocumentedOption<int?>(name, "N", summary, standard, $"{name} {example}", aliases) { Group = group,
            CustomParser = OptionValues.WholeNumber(least, int.MaxValue) },
        path, value => JsonValue.Create(value));

    /// <summary>A number, kept in all its digits.</summary>
    public static SettingOption Number(string group, string name, string path, string summary, string standard, string example,
        double least, double most, params string[] aliases) => Of(
        new DocumentedOption<double?>(name, "X", summary, standard, $"{name} {example}", aliases) { Group = group, CustomParser = result =>
            Number(result, least, most) },
        path, value => JsonValue.Create(value));

    /// <summary>A text.</summary>
    public static SettingOption Text(string group, string name, string path, string valueName, string summary, string standard,
        string example, params string[] aliases) => Of(
        new DocumentedOption<string?>(name, valueName, summary, standard, $"{name} {example}", aliases) { Group = group }, path, value =>
            JsonValue.Create(value));

    /// <summary>One of several words, which are those of the file too unless others are given.</summary>
    public static SettingOption Word(string group, string name, string path, string summary, string standard, string example,
        params (string Word, string Setting)[] words)
    {
        string[] names = [.. words.Select(word => word.Word)];
        var option = new DocumentedOption<string?>(name, string.Join('|', names), summary, standard, $"{name} {example}")
        { Group = group, Choices = names, CustomParser = OptionValues.OneOf(names) };
        return Of(option, path, value => JsonValue.Create(words.First(word => word.Word == value).Setting));
    }

    /// <summary>Texts with commas between them.</summary>
    public static SettingOption List(string group, string name, string path, string valueName, string summary, string standard,
        string example) => Of(
        new DocumentedOption<string?>(name, valueName, summary, standard, $"{name} {example}") { Group = group },
        path, value =>
            new JsonArray([.. value!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(part => (JsonNode)part)]));

    /// <summary>Texts, one each time that the option is given.</summary>
    public static SettingOption Texts(string group, string name, string path, string valueName, string summary, string standard,
        string example) => Of(
        new DocumentedOption<string[]?>(name, valueName, summary, standard, $"{name} {example}") { Group = group },
        path, value => new JsonArray([.. value!.Select(part => (JsonNode)part)]));

    /// <summary>A switch that gives the setting a value.</summary>
    public static SettingOption Flag(string group, string name, string path, string summary, JsonNode? value = null) => Of(
        new DocumentedOption<bool>(name, "", summary, "off", name) { Group = group }, path, given =>
            given ? value?.DeepClone() ?? JsonValue.Create(true) : JsonValue.Create(false));

    /// <summary>The option, which has an effect with some values of another setting only.</summary>
    public SettingOption Only(SettingNeed need) => this with { Needs = need };

    /// <summary>Whether the option is on the command line.</summary>
    public bool IsGiven(ParseResult parse) => parse.GetResult(Option) is { Implicit: false };

    /// <summary>Puts the value into a configuration, if the option is on the command line.</summary>
    public void Apply(ParseResult parse, JsonObject settings)
    {
        if (!IsGiven(parse))
            return;
        var section = settings;
        var words = Path.Split('.');
        foreach (var word in words[..^1])
            section = section[word] as JsonObject ?? (JsonObject)(section[word] = new JsonObject());
        section[words[^1]] = Read(parse);
    }

    /// <summary>Puts settings over others.</summary>
    /// <param name="target">What is changed.</param>
    /// <param name="settings">What goes over it, section by section.</param>
    public static void Overlay(JsonObject target, JsonObject settings)
    {
        foreach (var (key, value) in settings)
        {
            if (value is JsonObject section && target[key] is JsonObject present)
                Overlay(present, section);
            else
                target[key] = value?.DeepClone();
        }
    }

    private static SettingOption Of<T>(Option<T> option, string path, Func<T?, JsonNode?> toJson) =>
        new(option, path, parse => toJson(parse.GetValue(option)));

    private static double? Number(ArgumentResult result, double least, double most) =>
        OptionValues.ParseNumber(result.Tokens[0].Value, least, most, out var number)
            ? number
            : OptionValues.Refuse<double?>(result,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"is not a number from {least} to {most}"));
}
