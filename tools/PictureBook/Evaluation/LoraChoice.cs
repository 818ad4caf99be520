using System.Globalization;

namespace PictureBook.Evaluation;

/// <summary>A LoRA and its strength.</summary>
/// <param name="File">The file, or a folder with it.</param>
/// <param name="Scale">1 is as trained.</param>
internal sealed record LoraChoice(string File, double Scale)
{
    /// <summary>Reads <c>FILE[:SCALE]</c>.</summary>
    /// <exception cref="BrokenInputException">There is no such file.</exception>
    public static LoraChoice Parse(string text)
    {
        // A path may have colons of its own.
        if (Exists(text))
            return new(text, 1);
        var colon = text.LastIndexOf(':');
        return colon > 0 && Exists(text[..colon]) && double.TryParse(text[(colon + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) && double.IsFinite(scale)
            ? new(text[..colon], scale)
            : throw new BrokenInputException($"--lora: {text} does not exist; right is a file, and a number behind a colon if wished: style.safetensors:0.8");
    }

    private static bool Exists(string path) => System.IO.File.Exists(path) || Directory.Exists(path);
}
