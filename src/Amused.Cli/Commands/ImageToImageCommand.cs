using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Images;

namespace Amused.Cli.Commands;

/// <summary><c>amused img2img</c>: a picture from a picture and words.</summary>
internal sealed class ImageToImageCommand : GenerationCommand
{
    private readonly InputPictureOptions input = new(0.5,
        "How much is made anew, from 0 to 1: this part of the steps runs, at least one; at 1 nothing of the picture is kept.");

    public ImageToImageCommand(Host host) : base("img2img", "Make a picture from a picture and words.", host)
    {
        Add(input.Image);
        Add(input.Size);
        Add(input.Strength);
        AddSharedOptions();
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused img2img \"winter mountains\" --image photo.png --model amused/amused-512",
        "amused img2img \"winter mountains\" --image photo.png --strength 0.8 --seed 1,2,3 -m amused/amused-512",
    ];

    protected override JobInputs ReadInputs(ParseResult parse)
    {
        var files = InputPictureOptions.ReadFiles(parse, input.Image);
        var strength = input.ReadStrength(parse);
        var size = parse.GetValue(input.Size) ?? AskedSize.None;
        return new JobInputs(() => new ImageToImageRequest
        {
            Images = [.. files.Select(RgbImage.Load)],
            Width = size.Width,
            Height = size.Height,
            OwnSize = size.OwnSize,
            Strength = strength,
        })
        {
            ImageFiles = files,
            Width = size.Width,
            Height = size.Height,
        };
    }
}
