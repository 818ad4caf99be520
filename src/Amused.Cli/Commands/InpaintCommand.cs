using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Images;

namespace Amused.Cli.Commands;

/// <summary><c>amused inpaint</c>: a part of a picture made anew.</summary>
internal sealed class InpaintCommand : GenerationCommand
{
    private readonly InputPictureOptions input = new(1, "How far back sampling starts, from 0 to 1: this part of the steps runs, at least one.");

    private readonly Option<bool> noComposite = new DocumentedOption<bool>("--no-composite", "",
        "Leave the decoder's picture as it is, instead of putting the original's pixels back outside the mask with a soft edge.", "off", "--no-composite")
    { Group = OptionGroups.Pictures };

    public InpaintCommand(Host host) : base("inpaint", "Make a part of a picture anew: what is white in the mask.", host)
    {
        Add(input.Image);
        Add(input.Mask);
        Add(input.Size);
        Add(noComposite);
        Add(input.Strength);
        AddSharedOptions();
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused inpaint \"a red hat\" --image photo.png --mask mask.png --model amused/amused-512",
        "amused inpaint \"a red hat\" --image photo.png --mask mask.png --no-composite --images-per-prompt 4 -m amused/amused-512",
    ];

    protected override JobInputs ReadInputs(ParseResult parse)
    {
        var images = InputPictureOptions.ReadFiles(parse, input.Image);
        var masks = InputPictureOptions.ReadFiles(parse, input.Mask);
        var strength = input.ReadStrength(parse);
        var composite = !parse.GetValue(noComposite);
        var size = parse.GetValue(input.Size) ?? AskedSize.None;
        return new JobInputs(() => new InpaintRequest
        {
            Images = [.. images.Select(RgbImage.Load)],
            Masks = [.. masks.Select(RgbImage.Load)],
            Width = size.Width,
            Height = size.Height,
            OwnSize = size.OwnSize,
            Strength = strength,
            Composite = composite,
        })
        {
            ImageFiles = images,
            MaskFiles = masks,
            Width = size.Width,
            Height = size.Height,
        };
    }
}
