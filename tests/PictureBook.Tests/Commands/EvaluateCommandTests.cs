using System.Text.Json;
using Amused.Images;
using Amused.Runtime;
using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.Commands;

/// <summary>With a model of random weights, whose pictures of 32 × 32 show nothing, and a reader that has hardly learned anything.</summary>
public sealed class EvaluateCommandTests(EvaluateCommandTests.TinyReader reader) : IClassFixture<EvaluateCommandTests.TinyReader>, IDisposable
{
    private static readonly string Model = GoldenFolder.FixtureModel("tiny256");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_reader_is_written_and_tried()
    {
        Assert.True(File.Exists(Path.Combine(reader.Path, "model.safetensors")));
        Assert.Equal(3, reader.Line.GetProperty("steps").GetInt32());
        Assert.Equal(8, reader.Line.GetProperty("drawn").GetProperty("sky").GetProperty("of").GetInt32());
    }

    [Fact]
    public void A_model_is_scored_and_its_VQGAN_measured()
    {
        var json = Evaluate("--prompts", "6", "--batch-size", "4", "--steps", "2", "--drawings", reader.Drawings, "--pictures", folder["pictures"], "--sheet", folder["sheet.png"]);
        var setting = Assert.Single(json.GetProperty("settings").EnumerateArray());
        Assert.Equal(2, setting.GetProperty("steps").GetInt32());
        var scores = setting.GetProperty("scores");
        Assert.Equal((9, 6, 3), (Of(scores, "thing"), Of(scores, "sky"), Of(scores, "both_things")));
        Assert.Equal(6, Of(json.GetProperty("drawn"), "ground"));
        Assert.Equal(64, Of(json.GetProperty("vq"), "codes"));
        Assert.Equal(7, Directory.GetFiles(folder["pictures"]).Length);
        Assert.True(RgbImage.Load(folder["sheet.png"]).Width > 300);

        // What was kept can be judged again.
        using var again = JsonDocument.Parse(ToolRun.Output("evaluate", "--from", folder["pictures"], "--reader", reader.Path, "--json"));
        Assert.Equal(scores.ToString(), again.RootElement.GetProperty("settings")[0].GetProperty("scores").ToString());
        Assert.Equal(JsonValueKind.Null, again.RootElement.GetProperty("seed").ValueKind);
    }

    [Fact]
    public void A_picture_is_that_of_a_pipeline_with_the_same_words_and_seed()
    {
        Evaluate("--prompts", "3", "--steps", "2", "--seed", "5", "--precision", "fp32", "--pictures", folder["pictures"]);
        var line = JsonDocument.Parse(File.ReadLines(Path.Combine(folder["pictures"], "metadata.jsonl")).Last()).RootElement;
        using var pipeline = AmusedPipeline.FromPretrained(Model, new() { Precision = Precision.Float32 });
        var alone = pipeline.Generate(new TextToImageRequest(line.GetProperty("text").GetString()!) { Steps = 2, Seed = 7 }).Images[0].Picture;
        var among = RgbImage.Load(Path.Combine(folder["pictures"], line.GetProperty("file_name").GetString()!));
        // A batch rounds in another way.
        Assert.True(alone.Pixels.ToArray().Zip(among.Pixels.ToArray()).All(pair => Math.Abs(pair.First - pair.Second) <= 1));
    }

    [Fact]
    public void A_LoRA_changes_the_pictures_as_strongly_as_its_scale_says()
    {
        var lora = Path.Combine(GoldenFolder.Root, "training", "tiny256", "lora");
        string[] Draw(string name, params string[] options)
        {
            Evaluate(["--prompts", "2", "--steps", "1", "--precision", "fp32", "--pictures", folder[name], .. options]);
            return [.. Directory.GetFiles(folder[name], "*.png").Order(StringComparer.Ordinal).Select(file => Convert.ToHexString(File.ReadAllBytes(file)))];
        }
        var plain = Draw("plain");
        Assert.Equal(plain, Draw("none", "--lora", $"{lora}:0"));
        Assert.NotEqual(plain, Draw("strong", "--lora", $"{lora}:30"));
    }

    [Fact]
    public void A_sweep_is_a_table_and_a_plot()
    {
        var output = ToolRun.Output("evaluate", "--model", Model, "--reader", reader.Path, "--prompts", "2", "--guidance-scale", "1,2", "--steps", "1,2", "--plot", folder["sweep.png"],
            "--pictures", folder["pictures"]);
        Assert.Equal(4, output.Split('\n').Count(line => line.StartsWith("| 1 ", StringComparison.Ordinal) || line.StartsWith("| 2 ", StringComparison.Ordinal)));
        Assert.Equal(1440, RgbImage.Load(folder["sweep.png"]).Width);
        Assert.Equal(["guidance-1-steps-1", "guidance-1-steps-2", "guidance-2-steps-1", "guidance-2-steps-2"], Directory.GetDirectories(folder["pictures"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_sheet_of_a_sweep_shows_the_best_setting_the_quicker_one_of_several_as_good()
    {
        var settings = Evaluate("--prompts", "3", "--guidance-scale", "2", "--steps", "20,1", "--pictures", folder["pictures"], "--sheet", folder["sheet.png"]).GetProperty("settings");
        var best = settings.EnumerateArray()
            .OrderByDescending(setting => setting.GetProperty("scores").GetProperty("all_right").GetProperty("right").GetInt32())
            .ThenBy(setting => setting.GetProperty("seconds_per_picture").GetDouble()).First();
        ToolRun.Output("evaluate", "--from", folder[$"pictures/guidance-2-steps-{best.GetProperty("steps")}"], "--reader", reader.Path, "--sheet", folder["again.png"]);
        Assert.Equal(File.ReadAllBytes(folder["again.png"]), File.ReadAllBytes(folder["sheet.png"]));
    }

    [Theory]
    [InlineData("--model", "tiny256")]
    [InlineData("--precision", "bf16")]
    [InlineData("--lora", "style.safetensors")]
    [InlineData("--two-things", "0.5")]
    [InlineData("--seed", "3")]
    [InlineData("--steps", "3")]
    [InlineData("--guidance-scale", "3")]
    [InlineData("--temperature", "1")]
    [InlineData("--batch-size", "2")]
    [InlineData("--pictures", "pictures")]
    [InlineData("--plot", "plot.png")]
    public void Options_that_pictures_are_made_by_are_refused_where_they_are_there_already(params string[] option) =>
        ToolRun.Of(["evaluate", "--from", folder.Path, "--reader", reader.Path, .. option]).AssertFails(2, $"--from judges pictures that are there: leave {option[0]} out");

    [Fact]
    public void What_is_missing_or_unusable_is_named()
    {
        ToolRun.Of("evaluate", "--model", Model, "--reader", reader.Path, "--pictures", Model + "/model_index.json/pictures").AssertFails(1, "metadata.jsonl");
        ToolRun.Of("evaluate", "--model", Model).AssertFails(2, "--reader");
        ToolRun.Of("evaluate", "--model", Model, "--reader", folder.Path).AssertFails(1, "train-reader");
        ToolRun.Of("evaluate", "--model", Model, "--reader", reader.Path, "--from", folder.Path).AssertFails(2, "--from", "--model");
        ToolRun.Of("evaluate", "--reader", reader.Path, "--from", folder.Path).AssertFails(1, "metadata.jsonl");
        ToolRun.Of("evaluate", "--model", Model, "--reader", reader.Path, "--plot", folder["plot.png"]).AssertFails(2, "--guidance-scale 1,2,3");
        ToolRun.Of("evaluate", "--model", Model, "--reader", reader.Path, "--steps", "1,x").AssertFails(2, "--steps", "from 1 to 1000");
        ToolRun.Of("evaluate", "--model", Model, "--reader", reader.Path, "--lora", folder["none"] + ":2").AssertFails(1, "--lora", "none:2");
        ToolRun.Of("evaluate", "--model", Model, "--reader", reader.Path, "--sheet", folder["sheet.txt"]).AssertFails(2, "sheet.txt");
        ToolRun.Of("evaluate", "--model", GoldenFolder.FixtureModel("tiny512"), "--reader", reader.Path, "--prompts", "2").AssertFails(2, "32 × 32", "--size");
        ToolRun.Of("train-reader", folder["reader"], "--drawings", reader.Drawings, "--size", "100").AssertFails(2, "128");
        ToolRun.Of("train-reader", folder["reader"], "--drawings", reader.Drawings, "--learning-rate", "0").AssertFails(2, "--learning-rate");
        ToolRun.Of("train-reader", folder["reader"]).AssertFails(2, "--drawings");
        Assert.Empty(folder.Names);
    }

    private JsonElement Evaluate(params string[] args) =>
        JsonDocument.Parse(ToolRun.Output(["evaluate", "--model", Model, "--reader", reader.Path, "--json", .. args])).RootElement;

    private static int Of(JsonElement scores, string name) => scores.GetProperty(name).GetProperty("of").GetInt32();

    /// <summary>A reader of pictures of 32 × 32 after three steps.</summary>
    public sealed class TinyReader : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public TinyReader()
        {
            Drawings = folder.Write("icons.json", TinyIcons.Json());
            Line = JsonDocument.Parse(ToolRun.Output("train-reader", Path, "--drawings", Drawings, "--size", "32", "--steps", "3", "--batch-size", "4", "--check", "8", "--json")).RootElement;
        }

        public string Path => folder["reader"];

        public string Drawings { get; }

        public JsonElement Line { get; }

        public void Dispose() => folder.Dispose();
    }
}
