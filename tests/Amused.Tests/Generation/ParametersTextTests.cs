using System.Text.Json.Nodes;
using Amused.Images;
using Xunit;

namespace Amused.Tests;

public sealed class ParametersTextTests
{
    [Fact]
    public void The_text_is_prompt_negative_prompt_and_a_line_of_settings() => Assert.Equal(
        """
        a fox, in the snow
        Negative prompt: blurry, ugly
        Steps: 12, Sampler: MaskGIT, CFG scale: 2.5, Seed: 4294967295, Size: 256x192, Model: amused-256, Temperature: 2 0, Version: Amused 1.0
        """.ReplaceLineEndings("\n"),
        ParametersText.Compose(Settings("a fox, in the snow", "blurry, ugly"), 256, 192));

    [Theory]
    [InlineData("a fox", "")]
    [InlineData("a fox: red, quick", "ugly, low: quality")]
    [InlineData("two\nlines", "and\nthree\nmore")]
    [InlineData("windows\r\nline", "")]
    [InlineData("狐狸在雪中, \"quoted\" 🦊", "размыто")]
    [InlineData("", "")]
    [InlineData("Steps: 3, Sampler: none, CFG scale: 1", "")]
    public void Other_programs_read_it_back_also_from_the_file(string prompt, string negative)
    {
        var settings = Settings(prompt, negative);
        settings["model"] = "/home/me/models/big, red: \"best\"";
        settings["lora"] = new JsonArray("/home/me/styles/watercolour.safetensors:0.8", "foxes:1");
        settings["strength"] = 0.75;
        var png = new RgbImage(4, 4, new byte[48]).Encode(ImageFormat.Png, PictureSettings.ToText(settings, 256, 192));
        var text = PngText.Read(png, "out.png")["parameters"];
        var read = ParametersReader.Read(text);
        Assert.Equal(prompt.ReplaceLineEndings("\n"), read.Prompt);
        Assert.Equal(negative, read.NegativePrompt);
        Assert.Equal(
            ["12", "MaskGIT", "2.5", "4294967295", "256x192", "big, red: \"best\"", "0.75", "watercolour.safetensors:0.8 foxes:1"],
            new[] { "Steps", "Sampler", "CFG scale", "Seed", "Size", "Model", "Denoising strength", "Lora" }.Select(name => read.Settings[name]));
        // Where files lie on somebody's machine is nobody's business.
        Assert.DoesNotContain("/home/me", text);
        Assert.Equal(settings.ToJsonString(PictureSettings.Readable), PictureSettings.FromText(PngText.Read(png, "out.png"), "out.png")!.ToJsonString(PictureSettings.Readable));
    }

    [Theory]
    [InlineData(0, "a fox", "ugly")]
    [InlineData(1, "a wolf", "ugly")]
    [InlineData(2, "a fox", "ugly")]
    public void A_picture_of_a_batch_that_shares_a_generator_has_its_own_prompt(int index, string prompt, string negative)
    {
        var settings = Settings("", "");
        (settings["prompt"], settings["negative-prompt"], settings["index"]) = (new JsonArray("a fox", "a wolf"), new JsonArray("ugly"), index);
        var read = ParametersReader.Read(ParametersText.Compose(settings, 8, 8));
        Assert.Equal((prompt, negative), (read.Prompt, read.NegativePrompt));
    }

    private static JsonObject Settings(string prompt, string negative)
    {
        JsonObject settings = new() { ["command"] = "generate", ["version"] = "1.0", ["prompt"] = prompt };
        if (negative.Length > 0)
            settings["negative-prompt"] = negative;
        (settings["model"], settings["steps"], settings["guidance-scale"], settings["seed"]) = ("amused/amused-256", 12, 2.5f, 4294967295L);
        settings["temperature"] = new JsonArray(2, 0);
        return settings;
    }
}
