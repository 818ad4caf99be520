using Amused.Images;
using Amused.Tests;
using Xunit;

namespace Amused.Extensions.AI.Tests.Samples;

public sealed class ImageConsoleTests
{
    [Fact]
    public async Task It_makes_a_picture_and_another_from_that_one()
    {
        using var sample = new SampleProcess("ImageConsole", TinyPipeline.Folder256, "a fox in the snow", "a fox in the rain");
        var (exitCode, output, error) = await sample.End();
        Assert.True(exitCode == 0, output + error);
        using var pipeline = TinyPipeline.Load256(Runtime.Precision.Auto);
        var first = pipeline.Generate(new TextToImageRequest("a fox in the snow") { Seed = 7, Steps = 12 }).Images[0].Picture;
        Assert.Equal(first.Pixels, RgbImage.Load(sample.PathOf("first.png")).Pixels);
        Assert.Equal(32, RgbImage.Load(sample.PathOf("second.webp")).Width);
        Assert.Contains("Loaded", output);
    }

    [Fact]
    public async Task It_says_in_one_line_what_is_wrong()
    {
        using var sample = new SampleProcess("ImageConsole", "./missing", "a fox", "a dog");
        var (exitCode, _, error) = await sample.End();
        Assert.Equal(1, exitCode);
        Assert.Contains("missing", Assert.Single(error.TrimEnd().Split('\n')));
    }

    [Fact]
    public void It_is_short() => Assert.InRange(SampleProcess.Lines("ImageConsole"), 1, 39);
}
