using System.Text.Json;
using Amused.Cli.Tests.Support;
using Amused.Imaging;
using Xunit;

namespace Amused.Cli.Tests.Commands;

/// <summary><c>img2img</c> and <c>inpaint</c>.</summary>
public sealed class PictureCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_picture_serves_several_prompts()
    {
        var image = TinyModel.SavePicture(folder, "in.png", 128);
        Run("img2img", "-p", "fox", "-p", "wolf", "--image", image, "--steps", "4", "--output", folder["out.png"]);
        Assert.Equal(["in.png", "out-0.png", "out-1.png"], folder.Names);
    }

    [Fact]
    public void Several_pictures_serve_one_prompt_and_each_result_names_its_own()
    {
        var (first, second) = (TinyModel.SavePicture(folder, "a.png", 0), TinyModel.SavePicture(folder, "b.png", 255));
        Run("img2img", "fox", "--image", first, "--image", second, "--steps", "4", "--strength", "0.5", "--output", folder["out.png"]);
        var settings = JsonDocument.Parse(PngText.Read(folder["out-1.png"])["amused"]).RootElement;
        Assert.Equal(second, settings.GetProperty("image").GetString());
        Assert.Equal(0.5, settings.GetProperty("strength").GetDouble());
    }

    [Fact]
    public void A_black_mask_keeps_the_picture_and_no_composite_keeps_the_decoders()
    {
        var (image, mask) = (TinyModel.SavePicture(folder, "in.png", 200), TinyModel.SavePicture(folder, "mask.png", 0));
        Run("inpaint", "fox", "--image", image, "--mask", mask, "--steps", "2", "--output", folder["kept.png"]);
        Run("inpaint", "fox", "--image", image, "--mask", mask, "--steps", "2", "--no-composite", "--output", folder["raw.png"]);
        Assert.Equal(RgbImage.Load(image).Pixels, RgbImage.Load(folder["kept.png"]).Pixels);
        Assert.False(RgbImage.Load(image).Pixels.SequenceEqual(RgbImage.Load(folder["raw.png"]).Pixels));
    }

    [Fact]
    public void A_file_that_is_no_picture_is_named_before_the_model_is_loaded()
    {
        var file = folder.Write("in.png", "no picture");
        CliRun.Of("img2img", "fox", "--image", file, "--model", "nowhere/at-all", "--output", folder["out.png"]).AssertFails(1, "in.png");
    }

    [Fact]
    public void A_picture_of_another_size_is_resized_and_that_is_noted()
    {
        var image = TinyModel.SavePicture(folder, "in.png", 100, side: 35);
        var run = CliRun.Of("img2img", "fox", "--image", image, "--model", TinyModel.Path, "--steps", "2", "--output", folder["out.png"]);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("amused: note: ", run.Error);
        Assert.Equal(32, RgbImage.Load(folder["out.png"]).Width);
    }

    private static void Run(params string[] args)
    {
        var run = CliRun.Of([.. args, "--model", TinyModel.Path]);
        Assert.True(run.ExitCode == 0, run.Error);
    }
}
