using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace PictureBook.Commands;

/// <summary>Options that several commands have, and those whose values have a range.</summary>
internal static class ToolOptions
{
    /// <summary>What things look like.</summary>
    public static Option<string> Drawings => new("--drawings")
    {
        HelpName = "PATH",
        Description = "What things look like: the icons of @iconify-json/fluent-emoji-flat or @iconify-json/noto, as npm pack fetches them (.tgz), unpacked, or their icons.json.",
        Required = true,
    };

    /// <summary>A text, such as a path; null when it isn't given.</summary>
    public static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    /// <summary>A switch.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>A number; null when it isn't given.</summary>
    public static Option<T?> Number<T>(string name, string value, string description, T least, T most) where T : struct, INumber<T> => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = result => Read(result, least, most) is [var number] ? number : Refuse<T?>(result, least, most, ""),
    };

    /// <summary>Numbers with commas between them; null when it isn't given.</summary>
    public static Option<IReadOnlyList<T>?> Numbers<T>(string name, string value, string description, T least, T most) where T : struct, INumber<T> => new(name)
    {
        HelpName = value,
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => Read(result, least, most) ?? Refuse<IReadOnlyList<T>?>(result, least, most, ", or several with commas between them"),
    };

    /// <summary>One of several words; null when it isn't given.</summary>
    public static Option<T?> Word<T>(string name, string description, params (string Word, T Value)[] words) where T : struct
    {
        var names = string.Join(", ", words.Select(word => word.Word));
        return new(name)
        {
            HelpName = string.Join('|', words.Select(word => word.Word)),
            Description = description,
            CustomParser = result =>
            {
                if (words.Where(word => word.Word == result.Tokens[0].Value).Select(word => (T?)word.Value).FirstOrDefault() is { } value)
                    return value;
                result.AddError($"{name}: '{result.Tokens[0].Value}' is not one of {names}");
                return null;
            },
        };
    }

    /// <summary>Whether the user has given it.</summary>
    public static bool IsGiven(this ParseResult parse, Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>Refuses options that are on the command line without having an effect.</summary>
    /// <exception cref="InvalidRequestException">The message names them.</exception>
    public static void RefuseIdle(this ParseResult parse, string why, IEnumerable<Option> idle)
    {
        string[] given = [.. idle.Where(parse.IsGiven).Select(option => option.Name)];
        if (given.Length > 0)
            throw new InvalidRequestException($"{why}: leave {string.Join(", ", given)} out");
    }

    private static List<T>? Read<T>(ArgumentResult result, T least, T most) where T : struct, INumber<T>
    {
        List<T> numbers = [];
        foreach (var part in result.Tokens[0].Value.Split(','))
        {
            if (!T.TryParse(part.Trim(), CultureInfo.InvariantCulture, out var number) || !(number >= least && number <= most))
                return null;
            numbers.Add(number);
        }
        return numbers;
    }

    private static TValue? Refuse<TValue>(ArgumentResult result, object least, object most, string orElse)
    {
        var name = ((OptionResult)result.Parent!).Option.Name;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{result.Tokens[0].Value}' is not a number from {least} to {most}{orElse}"));
        return default;
    }
}
