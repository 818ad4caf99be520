using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Amused.Cli.Input;

namespace Amused.Cli.Options;

/// <summary>The pictures and masks that a picture is made from.</summary>
internal sealed class InputPictureOptions(double defaultStrength, string strengthSummary)
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

    public Option<AskedSize?> Size { get; } = new DocumentedOption<AskedSize?>("--size", "WxH|picture",
        "The size to which the picture is scaled, in pixels, as for --width of generate; \"picture\" keeps its own, cut down to what the model takes: far from the model's own size it draws poorly, and a photo takes minutes.",
        "the picture's shape at as many pixels as the model's own size has", "--size 384x256")
    {
        Group = OptionGroups.Pictures,
        CustomParser = ReadSize,
    };

    public Option<double?> Strength { get; } = new DocumentedOption<double?>("--strength", "X", strengthSummary,
        defaultStrength.ToString(CultureInfo.InvariantCulture), "--strength 0.7")
    {
        Group = OptionGroups.Sampling,
        CustomParser = OptionValues.Fraction(),
    };

    public double ReadStrength(ParseResult parse) => parse.GetValue(Strength) ?? defaultStrength;

    private static AskedSize? ReadSize(ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (text.Equals(PictureSize.OwnWord, StringComparison.OrdinalIgnoreCase))
            return new(null, null, OwnSize: true);
        return PictureSize.Parse(text) is var (width, height) ? new(width, height, OwnSize: false)
            : OptionValues.Refuse<AskedSize?>(result, $"is neither WIDTHxHEIGHT, each from 1 to {PictureSize.LargestSide}, nor \"{PictureSize.OwnWord}\"");
    }

    /// <summary>The files of <paramref name="option"/>.</summary>
    /// <exception cref="InvalidRequestException">None is named.</exception>
    /// <exception cref="BrokenInputException">One doesn't exist.</exception>
    public static IReadOnlyList<string> ReadFiles(ParseResult parse, Option<string[]?> option) =>
        parse.GetValue(option) is { Length: > 0 } files ? [.. files.Select(file => InputFile.Require(file, option.Name))]
        : throw new InvalidRequestException($"{parse.CommandResult.Command.Name} needs {option.Name}, for example {((IDocumentedOption)option).Example}");
}

/// <summary>The size to which a picture is scaled.</summary>
/// <param name="Width">Its width in pixels; null: none is asked for.</param>
/// <param name="Height">Its height, likewise.</param>
/// <param name="OwnSize">Whether it keeps the size that it has.</param>
internal sealed record AskedSize(int? Width, int? Height, bool OwnSize)
{
    /// <summary>The model's own.</summary>
    public static AskedSize None { get; } = new(null, null, OwnSize: false);
}
