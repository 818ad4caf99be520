using System.CommandLine;
using System.CommandLine.Parsing;

namespace Amused.Cli.Options;

/// <summary>Options for settings of a request: what <see cref="RequestSettings"/> says of them, as a command line has it.</summary>
internal sealed class RequestOptions
{
    /// <summary>What only a command line has for a setting.</summary>
    private static readonly Dictionary<string, string> ShortNames = new() { ["steps"] = "-s", ["guidance-scale"] = "-g" };

    private readonly List<(RequestSetting Setting, Option Option)> options = [];

    /// <summary>The settings that have an option.</summary>
    public IEnumerable<RequestSetting> Settings => options.Select(option => option.Setting);

    /// <summary>The option of a setting.</summary>
    public Option this[string name] => options.Find(option => option.Setting.Name == name).Option;

    /// <summary>Options for all settings of a kind of request. Several seeds can be given, one for each picture.</summary>
    public static RequestOptions Of(GenerationRequest kind)
    {
        var made = new RequestOptions();
        foreach (var setting in RequestSettings.All.Where(setting => setting.BelongsTo(kind)))
        {
            if (setting.Name == "seed")
                made.AddList(setting.Name, "Several, with commas: one for each picture, of which there are then as many.");
            else
                made.Add(setting.Name);
        }
        return made;
    }

    /// <summary>An option for a setting.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="group">The heading under which help lists it.</param>
    /// <param name="standard">What holds when it isn't given; null: what the setting says.</param>
    public RequestOptions Add(string name, string group = OptionGroups.Sampling, string? standard = null)
    {
        var setting = RequestSettings.Find(name)!;
        var word = $"--{setting.OptionName}";
        options.Add((setting, setting.JsonType == "boolean"
            ? new DocumentedOption<bool>(word, "", $"Turns this off: {setting.Summary}", setting.Default, word) { Group = group }
            : new DocumentedOption<object?>(
                word, setting.ValueName, setting.Summary, standard ?? setting.Default, $"{word} {setting.Example}", ShortNameOf(setting))
            {
                Group = group,
                Arity = ArgumentArity.ExactlyOne,
                CustomParser = result => ReadOne(result, setting),
                Choices = setting.Choices,
            }));
        return this;
    }

    /// <summary>An option that takes several values of a setting, with commas between them.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="more">What several are for.</param>
    /// <param name="example">Several; null: the setting's own example.</param>
    public RequestOptions AddList(string name, string more, string? example = null)
    {
        var setting = RequestSettings.Find(name)!;
        options.Add((setting, new DocumentedOption<IReadOnlyList<object>?>(
            $"--{name}", $"{setting.ValueName}[,{setting.ValueName}…]", $"{setting.Summary} {more}", setting.Default,
            $"--{name} {example ?? setting.Example}", ShortNameOf(setting))
        {
            Group = OptionGroups.Sampling,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => ReadList(result, setting),
        }));
        return this;
    }

    public void AddTo(Command command)
    {
        foreach (var (_, option) in options)
            command.Add(option);
    }

    /// <summary>The values that were given for a setting; empty when it wasn't.</summary>
    public IReadOnlyList<object> ValuesOf(ParseResult parse, string name) => this[name] switch
    {
        Option<bool> off => parse.GetValue(off) ? [false] : [],
        Option<object?> one => parse.GetValue(one) is { } value ? [value] : [],
        Option<IReadOnlyList<object>?> list => parse.GetValue(list) ?? [],
        _ => [],
    };

    /// <summary>Puts what was given into a request; several values of a setting are for the caller.</summary>
    public T Apply<T>(T request, ParseResult parse) where T : GenerationRequest
    {
        GenerationRequest changed = request;
        foreach (var setting in Settings)
            if (ValuesOf(parse, setting.Name) is [var value])
                changed = setting.Put(changed, value);
        return (T)changed;
    }

    private static string[] ShortNameOf(RequestSetting setting) => ShortNames.TryGetValue(setting.Name, out var name) ? [name] : [];

    private static object? ReadOne(ArgumentResult result, RequestSetting setting)
    {
        try
        {
            return setting.Read(OptionValues.Text(result));
        }
        catch (InvalidRequestException)
        {
            return OptionValues.Refuse<object>(result, $"is not {setting.Expected}");
        }
    }

    private static IReadOnlyList<object>? ReadList(ArgumentResult result, RequestSetting setting)
    {
        try
        {
            return [.. OptionValues.Text(result).Split(',').Select(part => setting.Read(part))];
        }
        catch (InvalidRequestException)
        {
            return OptionValues.Refuse<IReadOnlyList<object>>(result, $"is not {setting.Expected}, or several with commas between them");
        }
    }
}
