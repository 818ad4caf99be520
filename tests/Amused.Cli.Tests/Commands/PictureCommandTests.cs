using System.Text.Json;
using Amused.Cli.Tests.Support;
using Amused.Images;
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

    [Fact]
    public void A_photo_is_scaled_to_the_models_own_size_and_the_settings_make_the_picture_again()
    {
        var photo = SavePhoto("photo.jpg", 600, 400);
        var run = CliRun.Of("img2img", "fox", "--image", photo, "--model", TinyModel.Path, "--steps", "2", "--seed", "3", "--json",
            "--output", folder["out.png"]);
        Assert.Equal("amused: note: a picture of 600 × 400 is scaled to 36 × 24: the model was made for pictures of 32 × 32\n", run.Error);
        Assert.Equal((36, 24), (JsonDocument.Parse(run.Out).RootElement.GetProperty("width").GetInt32(),
            JsonDocument.Parse(run.Out).RootElement.GetProperty("height").GetInt32()));
        Assert.Equal("36x24", Settings("out.png").GetProperty("size").GetString());
        Assert.Contains("Size: 36x24", PngText.Read(folder["out.png"])["parameters"]);
        Run("img2img", "--prompt-file", folder.Write("again.jsonl", Settings("out.png").GetRawText()), "--output", folder["again.png"]);
        Assert.Equal(RgbImage.Load(folder["out.png"]).Pixels, RgbImage.Load(folder["again.png"]).Pixels);
    }

    [Theory]
    [InlineData("24x16", 24, 16, "24x16")]
    [InlineData("picture", 60, 40, "picture")]
    [InlineData("PICTURE", 60, 40, "picture")]
    public void Another_size_may_be_asked_for_or_the_pictures_own(string size, int width, int height, string setting)
    {
        var (photo, mask) = (SavePhoto("photo.png", 60, 40), SavePhoto("mask.png", 60, 40));
        Run("inpaint", "fox", "--image", photo, "--mask", mask, "--size", size, "--steps", "2", "--output", folder["out.png"]);
        var picture = RgbImage.Load(folder["out.png"]);
        Assert.Equal((width, height), (picture.Width, picture.Height));
        Assert.Equal(setting, Settings("out.png").GetProperty("size").GetString());
    }

    [Theory]
    [InlineData("2147483647x16", "'2147483647x16' is not WIDTHxHEIGHT, each from 1 to 65536, or \"picture\"")]
    [InlineData("256", "'256' is not WIDTHxHEIGHT")]
    [InlineData("30x32", "width 30 is not a multiple of 4: the nearest are 28 and 32")]
    [InlineData("65536x65536", "has 268435456 tokens; at most 65536 are possible")]
    public void A_size_that_can_not_be_made_is_refused_with_what_can(string size, string message)
    {
        var photo = SavePhoto("photo.png", 60, 40);
        CliRun.Of("img2img", "fox", "--image", photo, "--size", size, "--model", TinyModel.Path, "--output", folder["out.png"])
            .AssertFails(2, message);
        Assert.Equal(["photo.png"], folder.Names);
    }

    [Fact]
    public void Words_that_are_cut_or_unknown_are_said_once_for_a_prompt_however_many_lines_it_stands_in()
    {
        using var model = new TemporaryFolder();
        TinyModel.CopyTo(model);
        model.Write("words.json", """{"things": {"fox": []}, "other": {"a": []}}""");
        var file = folder.Write("prompts.txt", $"a foxx\na foxx\n{string.Concat(Enumerable.Repeat("a fox ", 60))}the last words\n");
        var run = CliRun.Of("generate", "--prompt-file", file, "--model", model.Path, "--negative-prompt", "a dragon", "--steps", "1",
            "--output", folder["{index}.png"]);
        var notes = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(0, run.ExitCode);
        Assert.Single(notes, note => note.Contains("\"foxx\" (nearest: \"fox\")"));
        Assert.Single(notes, note => note.Contains("\"dragon\"; it knows things: fox"));
        Assert.Single(notes, note => note.Contains("is longer than 77 tokens and was cut; not used: \""));
        Assert.Single(notes, note => note.Contains("\"the\""));
        Assert.Equal(4, notes.Length);
    }

    private string SavePhoto(string name, int width, int height)
    {
        new RgbImage(width, height, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)(i * 7 / width))]).Save(folder[name]);
        return folder[name];
    }

    private JsonElement Settings(string name) => JsonDocument.Parse(PngText.Read(folder[name])["amused"]).RootElement;

    private static void Run(params string[] args)
    {
        var run = CliRun.Of([.. args, "--model", TinyModel.Path]);
        Assert.True(run.ExitCode == 0, run.Error);
    }
}
