using Amused.Extensions.AI.Tests.Support;
using Amused.Images;
using Microsoft.Extensions.AI;
using Xunit;

namespace Amused.Extensions.AI.Tests;

public sealed class ProgressTests(TinyGenerator tiny) : IClassFixture<TinyGenerator>
{
    [Theory]
    [InlineData(null, 5, new int[0])]
    [InlineData(1, 4, new[] { 2 })]
    [InlineData(2, 5, new[] { 2, 4 })]
    [InlineData(3, 4, new[] { 1, 2, 3 })]
    [InlineData(100, 4, new[] { 1, 2, 3 })]
    [InlineData(3, 1, new int[0])]
    public async Task Each_step_is_told_with_pictures_at_as_many_as_are_asked_for(int? streamingCount, int steps, int[] withPictures)
    {
        var reports = new Reports();
        var options = TinyGenerator.Options(("steps", steps), ("progress", reports));
        (options.StreamingCount, options.Count) = (streamingCount, 2);
        await tiny.Generator.GenerateImagesAsync("a fox", options);
        Assert.Equal(Enumerable.Range(1, steps).Select(step => (step, steps)),
            reports.Select(report => (report.StepsDone, report.StepCount)));
        Assert.Equal(withPictures, reports.Where(report => report.Images.Count > 0).Select(report => report.StepsDone));
        Assert.All(reports.Where(report => report.Images.Count > 0), report => Assert.Equal(2, report.Images.Count));
    }

    [Fact]
    public async Task An_intermediate_picture_is_what_the_step_predicts_in_the_media_type_of_the_response()
    {
        List<RgbImage> predicted = [];
        tiny.Pipeline.Generate(new TextToImageRequest("a fox") { Seed = 1, Steps = 2, OnStep = step =>
            predicted.Add(tiny.Pipeline.Decode(step.Images[0].Predicted)) });
        var reports = new Reports();
        var options = TinyGenerator.Options(("progress", reports), ("quality", 100));
        (options.StreamingCount, options.MediaType) = (1, "image/webp");
        await tiny.Generator.GenerateImagesAsync("a fox", options);
        var picture = Assert.Single(reports[0].Images);
        Assert.Equal("image/webp", picture.MediaType);
        Assert.Equal(predicted[0].Pixels, TinyGenerator.Picture(picture).Pixels);
    }

    [Fact]
    public async Task The_raw_requests_own_callback_is_called_as_well()
    {
        var (steps, reports) = (0, new Reports());
        var options = TinyGenerator.Options(("progress", reports));
        options.RawRepresentationFactory = _ => new TextToImageRequest { OnStep = _ => steps++ };
        await tiny.Generator.GenerateImagesAsync("a fox", options);
        Assert.Equal((2, 2), (steps, reports.Count));
    }

    private sealed class Reports : List<ImageProgress>, IProgress<ImageProgress>
    {
        public void Report(ImageProgress value) => Add(value);
    }
}
