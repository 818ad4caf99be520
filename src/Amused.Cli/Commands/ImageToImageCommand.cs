using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Images;

namespace Amused.Cli.Commands;

/// <summary><c>amused img2img</c>: a picture from a picture and words.</summary>
internal sealed class ImageToImageCommand : GenerationCommand
{
    private readonly InputPictureOptions input = new();

    public ImageToImageCommand(Host host)
        : base("img2img", "Make a picture from a picture and words.", new ImageToImageRequest { Images = [] }, host)
    {
        Add(input.Image);
        AddSharedOptions();
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused img2img \"winter mountains\" --image photo.png --model amused/amused-512",
        "amused img2img \"winter mountains\" --image photo.png --strength 0.8 --seed 1,2,3 -m amused/amused-512",
    ];

    protected override JobInputs ReadInputs(ParseResult parse, GenerationRequest settings)
    {
        var files = InputPictureOptions.ReadFiles(parse, input.Image);
        return new(request => (ImageToImageRequest)request with { Images = [.. files.Select(RgbImage.Load)] }) { ImageFiles = files };
    }
}
