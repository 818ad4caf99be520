using System.CommandLine;
using Amused.Cli.Input;

namespace Amused.Cli.Options;

/// <summary>The pictures and masks that a picture is made from.</summary>
internal sealed class InputPictureOptions
{
    public Option<string[]?> Image { get; } = new DocumentedOption<string[]?>("--image", "FILE",
        "The picture to start from (PNG, JPEG, WebP, GIF or BMP); once for all prompts, or once for each. Scaled to the model's own size in its shape, see --size.",
        "none: it must be given", "--image photo.png", "-i")
    {
        Group = OptionGroups.Pictures,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string[]?> Mask { get; } = new DocumentedOption<string[]?>("--mask", "FILE",
        "The mask: what is white is made anew. Scaled with the picture; once for all pictures, or once for each.", "none: it must be given", "--mask mask.png")
    {
        Group = OptionGroups.Pictures,
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The files of <paramref name="option"/>.</summary>
    /// <exception cref="InvalidRequestException">None is named.</exception>
    /// <exception cref="BrokenInputException">One doesn't exist.</exception>
    public static IReadOnlyList<string> ReadFiles(ParseResult parse, Option<string[]?> option) =>
        parse.GetValue(option) is { Length: > 0 } files ? [.. files.Select(file => InputFile.Require(file, option.Name))]
        : throw new InvalidRequestException($"{parse.CommandResult.Command.Name} needs {option.Name}, for example {((IDocumentedOption)option).Example}");
}
