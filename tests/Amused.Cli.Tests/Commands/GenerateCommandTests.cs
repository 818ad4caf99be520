using System.Text.Json;
using Amused.Cli.Input;
using Amused.Cli.Tests.Support;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_picture_and_its_seed_are_told_in_one_line()
    {
        var output = Generate("a fox", "--seed", "42", "--output", folder["out.png"]);
        Assert.Equal($"{folder["out.png"]} (seed 42)\n", output);
        Assert.Equal(["out.png"], folder.Names);
    }

    [Fact]
    public void A_random_seed_that_is_told_makes_the_picture_again()
    {
        var output = Generate("a fox", "--output", folder["a.png"]);
        var seed = output.Split("(seed ")[1].TrimEnd(')', '\n');
        Generate("a fox", "--seed", seed, "--output", folder["b.png"]);
        Assert.Equal(File.ReadAllBytes(folder["a.png"]), File.ReadAllBytes(folder["b.png"]));
    }

    [Fact]
    public void Several_seeds_make_numbered_pictures_each_as_if_alone()
    {
        Generate("a fox", "--seed", "7,3", "--precision", "fp32", "--output", folder["out.png"]);
        Generate("a fox", "--seed", "3", "--precision", "fp32", "--output", folder["alone.png"]);
        Assert.Equal(["alone.png", "out-0.png", "out-1.png"], folder.Names);
        Assert.Equal(RgbImage.Load(folder["alone.png"]).Pixels, RgbImage.Load(folder["out-1.png"]).Pixels);
    }

    [Fact]
    public void Each_picture_gives_one_line_of_json_and_nothing_else()
    {
        var run = Run("-p", "fox", "-p", "\"wolf\"\nhowls", "--images-per-prompt", "2", "--seed", "5", "--json", "--output", folder["{seed}.png"], "--save-tokens", folder["t.json"]);
        Assert.Equal("", run.Error);
        Assert.Equal(4, run.OutLines.Length);
        foreach (var (index, line) in run.OutLines.Index())
        {
            var json = JsonDocument.Parse(line).RootElement;
            Assert.Equal(folder[$"{5 + index}.png"], json.GetProperty("path").GetString());
            Assert.Equal(index, json.GetProperty("index").GetInt32());
            Assert.Equal(5 + index, json.GetProperty("seed").GetInt64());
            Assert.Equal(index < 2 ? "fox" : "\"wolf\"\nhowls", json.GetProperty("prompt").GetString());
            Assert.Equal(folder["t.json"], json.GetProperty("tokens").GetString());
            Assert.True(json.GetProperty("peak_memory_bytes").GetInt64() > 10_000_000);
            var seconds = json.GetProperty("seconds");
            Assert.True(seconds.GetProperty("load").GetDouble() > 0);
            Assert.True(seconds.GetProperty("sampling").GetDouble() > 0);
            Assert.Equal(["load", "text_encoding", "image_encoding", "sampling", "decoding"], seconds.EnumerateObject().Select(stage => stage.Name));
        }
    }

    [Fact]
    public void A_shared_generator_tiles_the_prompts_and_its_pictures_carry_the_whole_batch()
    {
        Generate("-p", "fox", "-p", "wolf", "--images-per-prompt", "2", "--seed", "5", "--generator", "shared", "--output", folder["{index}-{prompt}.png"]);
        Assert.Equal(["0-fox.png", "1-wolf.png", "2-fox.png", "3-wolf.png"], folder.Names);
        var settings = JsonDocument.Parse(PngText.Read(folder["1-wolf.png"])["amused"]).RootElement;
        Assert.Equal(["fox", "wolf"], settings.GetProperty("prompt").EnumerateArray().Select(prompt => prompt.GetString()));
        Assert.Equal(1, settings.GetProperty("index").GetInt32());
        Assert.Equal(5, settings.GetProperty("seed").GetInt64());
    }

    [Fact]
    public void Settings_of_a_picture_are_a_line_that_makes_it_again()
    {
        Generate("a \"fox\", Füchse 🦊", "--negative-prompt", "ugly", "--steps", "3", "--temperature", "3", "--crop", "8,24", "--guidance-scale", "2.5", "--seed", "9", "--output", folder["a.png"]);
        var text = PngText.Read(folder["a.png"]);
        Assert.Contains("Steps: 3", text["parameters"]);
        Assert.StartsWith("a \"fox\", Füchse 🦊\nNegative prompt: ugly\n", text["parameters"]);
        Generate("--prompt-file", folder.Write("again.jsonl", text["amused"]), "--output", folder["b.png"]);
        Assert.Equal(File.ReadAllBytes(folder["a.png"]), File.ReadAllBytes(folder["b.png"]));
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void Settings_of_a_picture_bring_the_precision_that_it_was_made_in(string precision)
    {
        Generate("a fox", "--seed", "9", "--precision", precision, "--output", folder["a.png"]);
        var settings = PngText.Read(folder["a.png"])["amused"];
        Assert.Equal(precision, JsonDocument.Parse(settings).RootElement.GetProperty("precision").GetString());
        var line = Run("--prompt-file", folder.Write("again.jsonl", settings), "--json", "--output", folder["b.png"]).OutLines.Single();
        Assert.Equal(precision, JsonDocument.Parse(line).RootElement.GetProperty("precision").GetString());
        Assert.Equal(File.ReadAllBytes(folder["a.png"]), File.ReadAllBytes(folder["b.png"]));
    }

    [Fact]
    public void What_auto_came_to_is_told_and_kept()
    {
        var expected = JsonDocument.Parse(CliRun.Output("info", TinyModel.Path, "--json")).RootElement.GetProperty("auto_precision").GetProperty("precision").GetString();
        var line = Run("a fox", "--seed", "9", "--json", "--output", folder["a.png"]).OutLines.Single();
        Assert.Equal(expected, JsonDocument.Parse(line).RootElement.GetProperty("precision").GetString());
        Assert.Equal(expected, JsonDocument.Parse(PngText.Read(folder["a.png"])["amused"]).RootElement.GetProperty("precision").GetString());
    }

    [Fact]
    public void Info_reads_a_pictures_settings_back()
    {
        Generate("a fox", "--steps", "2", "--seed", "9", "--output", folder["a.png"]);
        var settings = JsonDocument.Parse(CliRun.Output("info", folder["a.png"], "--json")).RootElement.GetProperty("settings");
        Assert.Equal("a fox", settings.GetProperty("prompt").GetString());
        Assert.Equal(2, settings.GetProperty("steps").GetInt32());
        Assert.Equal(10, settings.GetProperty("guidance-scale").GetDouble());
        Assert.Equal(9, settings.GetProperty("seed").GetInt64());
        Assert.Matches(@"(?m)^prompt +a fox$", CliRun.Output("info", folder["a.png"]));
    }

    [Fact]
    public void A_prompt_file_has_prompts_and_objects_and_the_lines_go_before_the_command_line()
    {
        var file = folder.Write("prompts.txt", """
            a fox
            {"prompt": "a wolf", "steps": 2, "guidance_scale": 1, "seed": null}

            {"prompt": ["x", "y"], "images-per-prompt": 2, "temperature": [3, 0]}
            """);
        var run = Run("--prompt-file", file, "--steps", "3", "--seed", "5", "--output", folder["{index}.png"], "--json");
        Assert.Equal(["a fox", "a wolf", "x", "x", "y", "y"], run.OutLines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("prompt").GetString()));
        Assert.Equal(["0.png", "1.png", "2.png", "3.png", "4.png", "5.png", "prompts.txt"], folder.Names);
        Assert.Equal([3, 2, 3], new[] { 0, 1, 2 }.Select(index => Settings(index).GetProperty("steps").GetInt32()));
        Assert.Equal(5, Settings(0).GetProperty("seed").GetInt64());
        Assert.NotEqual(5, Settings(1).GetProperty("seed").GetInt64());
        Assert.Equal(8, Settings(5).GetProperty("seed").GetInt64());
        Assert.Equal(3, Settings(5).GetProperty("temperature")[0].GetDouble());
    }

    [Theory]
    [InlineData("""{"prompt": "x", "stepz": 3}""", 2, "unknown option --stepz")]
    [InlineData("""{"prompt": "x", "steps": "many"}""", 2, "--steps: 'many'")]
    [InlineData("""{"prompt": "x", "steps": {}}""", 2, "\"steps\"")]
    [InlineData("""{"prompt": "x" """, 2, "not a JSON object")]
    [InlineData("""{"steps": 3}""", 2, "no prompt")]
    [InlineData("""{"prompt": "x", "json": true}""", 2, "--json is for the whole call")]
    [InlineData("""{"prompt": "x", "command": "inpaint"}""", 2, "amused inpaint")]
    [InlineData("""{"prompt": "x", "output": "x.bmp"}""", 2, "x.bmp")]
    [InlineData("""{"prompt": "x", "starting-tokens": "nowhere.json"}""", 1, "nowhere.json")]
    public void A_bad_line_is_named_before_anything_runs(string line, int exitCode, string words)
    {
        var file = folder.Write("prompts.jsonl", $"fine\n{line}\n");
        var error = Run("--prompt-file", file, "--output", folder["{index}.png"]).AssertFails(exitCode, words);
        if (!words.EndsWith(".bmp", StringComparison.Ordinal))
            Assert.Contains("prompts.jsonl, line 2: ", error);
        Assert.Equal(["prompts.jsonl"], folder.Names);
    }

    [Fact]
    public void A_size_that_only_the_model_can_refuse_is_refused_before_the_first_line_runs()
    {
        var file = folder.Write("prompts.jsonl", "fine\n{\"prompt\": \"x\", \"height\": 33}\n");
        Run("--prompt-file", file, "--output", folder["{index}.png"]).AssertFails(2, "prompts.jsonl, line 2: height 33 is not a multiple of");
        Assert.Equal(["prompts.jsonl"], folder.Names);
    }

    [Fact]
    public void Prompts_come_from_one_place()
    {
        var file = folder.Write("prompts.txt", "a fox");
        Run("a wolf", "--prompt-file", file).AssertFails(2, "not from both");
        Run("--prompt-file", folder.Write("empty.txt", "\n \n")).AssertFails(1, "empty.txt has no prompt");
        Run("--prompt-file", folder["missing.txt"]).AssertFails(1, "missing.txt does not exist");
    }

    [Fact]
    public void Standard_input_can_be_the_prompt_file()
    {
        var run = CliRun.WithInput("a fox\n", "generate", "--prompt-file", "-", "--model", TinyModel.Path, "--steps", "1", "--output", folder["out.png"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["out.png"], folder.Names);
    }

    [Fact]
    public void Saved_tokens_start_another_picture()
    {
        Generate("a fox", "--seed", "1", "--output", folder["a.png"], "--save-tokens", folder["t.json"]);
        Generate("a wolf", "--seed", "2", "--steps", "2", "--output", folder["b.png"], "--starting-tokens", folder["t.json"], "--save-tokens", folder["u.json"]);
        Assert.Equal(TokenFile.Load(folder["t.json"]), TokenFile.Load(folder["u.json"]));
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.webp")]
    public void An_animation_is_written_in_the_format_of_its_name(string name)
    {
        Generate("a fox", "--steps", "3", "--seed", "1", "--output", folder["out.png"], "--save-animation", folder[name]);
        Assert.Equal([name, "out.png"], folder.Names);
        Assert.Equal(RgbImage.Load(folder["out.png"]).Width, RgbImage.Load(folder[name]).Width);
    }

    [Theory]
    [InlineData("--output", "out.bmp")]
    [InlineData("--output", "out")]
    [InlineData("--save-animation", "out.jpg")]
    [InlineData("--save-animation", "out.gif")]
    [InlineData("--output", "{date}.png")]
    public void A_name_of_no_known_format_is_refused_before_the_model_is_loaded(string option, string name) =>
        CliRun.Of("generate", "fox", "--model", "nowhere/at-all", option, folder[name]).AssertFails(2, name);

    [Fact]
    public void A_file_that_cannot_be_written_is_found_out_before_the_model_is_loaded()
    {
        folder.Write("file", "");
        CliRun.Of("generate", "fox", "--model", "nowhere/at-all", "--output", folder["file/out.png"]).AssertFails(1, "cannot be written", "file/out.png");
    }

    [Theory]
    [InlineData("--save-tokens", "out.png")]
    [InlineData("--save-animation", "sub/../out.png")]
    public void Two_outputs_in_one_file_are_refused(string option, string name)
    {
        CliRun.Of("generate", "fox", "--model", TinyModel.Path, "--output", folder["out.png"], option, folder[name]).AssertFails(2, "out.png", "twice", option);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_size_that_the_model_cannot_make_is_unusable_and_leaves_nothing()
    {
        Run("fox", "--width", "33", "--output", folder["out.png"]).AssertFails(2, "33");
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_prompt_that_is_cut_is_noted_in_one_line()
    {
        var run = Run(string.Join(' ', Enumerable.Repeat("fox", 200)) + " ENDWORD", "--steps", "1", "--output", folder["out.png"]);
        Assert.Equal(0, run.ExitCode);
        var note = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("amused: note: ", note);
        Assert.Contains("77", note);
    }

    [Fact]
    public void A_missing_model_is_named() => CliRun.Of("generate", "fox", "--model", "./nowhere", "--output", folder["out.png"]).AssertFails(1, "./nowhere");

    [Fact]
    public void A_cancelled_run_ends_with_130_and_writes_nothing()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var host = new Host(() => TextReader.Null, output, error) { Variable = _ => null, Cancellation = new(canceled: true) };
        Assert.Equal(130, CommandLine.Run(["generate", "fox", "--model", TinyModel.Path, "--output", folder["out.png"]], host));
        Assert.Equal("amused: stopped\n", error.ToString());
        Assert.Empty(folder.Names);
    }

    private string Generate(params string[] args)
    {
        var run = Run(args);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Out;
    }

    private static CliRun Run(params string[] args) => CliRun.Of(["generate", "--model", TinyModel.Path, .. args]);

    private JsonElement Settings(int index) => JsonDocument.Parse(PngText.Read(folder[$"{index}.png"])["amused"]).RootElement;
}
