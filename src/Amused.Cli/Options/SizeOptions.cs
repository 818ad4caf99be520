using System.CommandLine;

namespace Amused.Cli.Options;

/// <summary>The size of a picture that is made from words alone.</summary>
internal sealed class SizeOptions
{
    public Option<int?> Width { get; } = Side("--width", "The width of the picture in pixels: a multiple of 16, with amused-512 of 32.");

    public Option<int?> Height { get; } = Side("--height", "The height of the picture in pixels, as --width.");

    public void AddTo(Command command)
    {
        command.Add(Width);
        command.Add(Height);
    }

    private static DocumentedOption<int?> Side(string name, string summary) =>
        new(name, "PIXELS", summary, "the model's own (128, 256 or 512)", $"{name} 256")
        {
            Group = OptionGroups.Sampling,
            CustomParser = OptionValues.WholeNumber(1, 65_536),
        };
}
