using Amused.Images;
using PictureBook.Evaluation;
using PictureBook.Prompts;
using PictureBook.Reading;
using PictureBook.Rendering;
using PictureBook.Reports;
using PictureBook.Scenes;
using PictureBook.Scoring;
using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.Reports;

public sealed class SceneReportTests
{
    private static readonly IReadOnlyList<ScenePrompt> Prompts = ScenePrompts.Make(8);

    [Fact]
    public void A_single_setting_is_a_row_for_each_score()
    {
        SceneReport report = new() { Prompts = 8, Seed = 3, Settings = [new(new(2, 12), Scores(wrong: 2), 0.5)] };
        var lines = SceneReportText.Compose(report).Split('\n');
        Assert.Equal("8 held-out prompts, seed 3, guidance 2, 12 steps, 0.50 s a picture", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("| sky ", StringComparison.Ordinal) && line.Contains("75.0%", StringComparison.Ordinal) && line.EndsWith("|   8 |", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("| all right", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sweep_is_a_row_for_each_setting_and_names_the_best()
    {
        SceneReport report = new() { Prompts = 8, Seed = 0, Settings = [.. Sweep()], Drawn = Scores(0) };
        var text = SceneReportText.Compose(report);
        Assert.Equal(4 + 1, text.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| guidance", StringComparison.Ordinal)));
        Assert.Contains("Most pictures all right: guidance 3, 4 steps", text);
    }

    [Fact]
    public void Json_has_counts_and_intervals()
    {
        SceneReport report = new()
        {
            Prompts = 8, Seed = 0, Settings = [new(new(2.5f, 12), Scores(wrong: 2), 0.5)],
            Vq = new() { Pictures = 8, Psnr = double.PositiveInfinity, ThingPsnr = 24.5, Colours = new(3, 4), ColoursBefore = new(4, 4), Codes = new(10, 64) },
        };
        var json = SceneReportJson.Compose(report);
        var sky = json["settings"]![0]!["scores"]!["sky"]!;
        Assert.Equal((6, 8, 0.75), ((int)sky["right"]!, (int)sky["of"]!, (double)sky["value"]!));
        Assert.Equal(new Share(6, 8).Interval.Low, (double)sky["interval"]![0]!, 1e-6);
        Assert.NotNull(json["settings"]![0]!["scores"]!["both_things"]);
        Assert.Null(json["drawn"]);
        Assert.Null(json["vq"]!["psnr"]);
        Assert.Equal(24.5, (double)json["vq"]!["thing_psnr"]!);
    }

    [Fact]
    public void The_plot_has_a_line_for_each_setting_of_what_varies_less()
    {
        var image = SweepPlot.Draw([.. Sweep()], "8 held-out prompts");
        Assert.Equal((1440, 700), (image.Width, image.Height));
        // In each of the panels, and in the legend.
        foreach (int colour in (int[])[0x0072B2, 0xD55E00])
            Assert.True(Count(image, colour) > 300, $"{colour:x6} is missing");
        Assert.Equal(0, Count(image, 0x009E73));
        if (Environment.GetEnvironmentVariable("AMUSED_PICTURES") is { Length: > 0 } folder)
            image.Save(Path.Combine(folder, "sweep.png"));
    }

    [Fact]
    public void Wrong_pictures_on_the_sheet_have_a_red_frame()
    {
        SceneRenderer renderer = new(TinyDrawings.Set, 64);
        RgbImage Sheet(int wrong)
        {
            var readings = Readings(wrong);
            return SceneSheet.Draw(new(Prompts, [.. Prompts.Select(prompt => renderer.Render(prompt.Scene))], readings, [.. Prompts.Zip(readings, (prompt, reading) => Judgement.Of(prompt.Scene, reading))]));
        }

        int frame = Count(Sheet(2), 0xE5302C) - Count(Sheet(1), 0xE5302C);
        Assert.Equal(4 * (64 + 4) * 4, frame);
        if (Environment.GetEnvironmentVariable("AMUSED_PICTURES") is { Length: > 0 } folder)
            Sheet(2).Save(Path.Combine(folder, "scores.png"));
    }

    private static IEnumerable<SettingScores> Sweep() =>
        new[] { (3f, 4, 0), (3f, 8, 1), (5f, 4, 2), (5f, 8, 3) }.Select(one => new SettingScores(new(one.Item1, one.Item2), Scores(one.Item3), 0.1 * one.Item2));

    private static SceneScores Scores(int wrong) => SceneScores.Of(Prompts.Zip(Readings(wrong), (prompt, reading) => Judgement.Of(prompt.Scene, reading)));

    /// <summary>Readings that are right, but for the sky of the first ones.</summary>
    private static List<PictureReading> Readings(int wrong) =>
        [.. Prompts.Select((prompt, i) => new PictureReading(
            [.. prompt.Scene.Things.Select(thing => new SeenThing(thing.Thing, thing.Place, thing.Colour, 1))], i < wrong ? (Sky)(((int)prompt.Scene.Sky + 1) % 4) : prompt.Scene.Sky, prompt.Scene.Ground))];

    private static int Count(RgbImage image, int colour)
    {
        var pixels = image.Pixels;
        var count = 0;
        for (var index = 0; index < pixels.Length; index += 3)
            count += (pixels[index] << 16 | pixels[index + 1] << 8 | pixels[index + 2]) == colour ? 1 : 0;
        return count;
    }
}
