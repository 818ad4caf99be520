using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Images;

namespace Amused.Cli.Commands;

/// <summary><c>amused inpaint</c>: a part of a picture made anew.</summary>
internal sealed class InpaintCommand : GenerationCommand
{
    private readonly InputPictureOptions input = new();

    public InpaintCommand(Host host)
        : base("inpaint", "Make a part of a picture anew: what is white in the mask.", new InpaintRequest { Images = [], Masks = [] }, host)
    {
        Add(input.Image);
        Add(input.Mask);
        AddSharedOptions();
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused inpaint \"a red hat\" --image photo.png --mask mask.png --model amused/amused-512",
        "amused inpaint \"a red hat\" --image photo.png --mask mask.png --no-composite --images-per-prompt 4 -m amused/amused-512",
    ];

    protected override JobInputs ReadInputs(ParseResult parse, GenerationRequest settings)
    {
        var (images, masks) = (InputPictureOptions.ReadFiles(parse, input.Image), InputPictureOptions.ReadFiles(parse, input.Mask));
        return new(request => (InpaintRequest)request with
        {
            Images = [.. images.Select(RgbImage.Load)],
            Masks = [.. masks.Select(RgbImage.Load)],
        })
        {
            ImageFiles = images,
            MaskFiles = masks,
        };
    }
}
