using System.Text.Json.Nodes;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_lora_of_one_picture_is_trained_in_one_command_and_used_by_generate()
    {
        var picture = TinyModel.SavePicture(folder, "style.png", 200);
        CliRun.Output("train", "--model", TinyModel.Path, "--style-image", picture, "--prompt", "a fox in grey style", "--max-steps", "2",
            "--output", folder["run"]);

        var settings = Settings("run/checkpoint-2");
        Assert.Equal("lora", (string?)settings["transformer"]!["mode"]);
        Assert.Equal(4e-4, (double?)settings["optimizer"]!["learning_rate"]);
        CliRun.Output("generate", "a wolf in grey style", "--model", TinyModel.Path, "--lora",
            folder["run/pytorch_lora_weights.safetensors"], "--steps", "1", "--output", folder["out.png"]);
        Assert.True(File.Exists(folder["out.png"]));
    }

    [Fact]
    public void The_command_line_overrides_the_file_which_overrides_the_recipe()
    {
        var run = folder.Write("run.json", """{ "batch_size": 3, "optimizer": { "weight_decay": 0.5, "learning_rate": 0.25 } }""");
        Train("--recipe", "8bit-256", "--config", run, "--learning-rate", "1e-4");
        var settings = Settings("run/checkpoint-1");
        Assert.Equal((true, 0.5, 1e-4, 3),
            ((bool)settings["optimizer"]!["eight_bit"]!, (double)settings["optimizer"]!["weight_decay"]!,
            (double)settings["optimizer"]!["learning_rate"]!, (int)settings["batch_size"]!));
    }

    [Fact]
    public void A_run_is_repeated_from_the_file_beside_its_checkpoint()
    {
        Train("--ema", "--condition-dropout", "0.5");
        CliRun.Output("train", "--config", folder["run/checkpoint-1/training.json"], "--output", folder["again"]);
        byte[] Weights(string run) => File.ReadAllBytes(folder[$"{run}/checkpoint-1/weights.safetensors"]);
        Assert.Equal(Weights("run"), Weights("again"));
        Assert.Equal(2, File.ReadLines(folder["again/log.csv"]).Count());
        Assert.True(File.Exists(folder["again/loss.png"]));
        Assert.NotEmpty(Directory.GetFiles(folder["again/logs"]));
    }

    [Fact]
    public void What_was_taken_and_left_out_is_told_and_strict_data_make_an_error_of_it()
    {
        var data = folder["pictures"];
        Directory.CreateDirectory(data);
        TinyModel.SavePicture(folder, "pictures/a fox.PNG", 100);
        folder.Write("pictures/b.heic", "");
        string[] run = ["train", "--model", TinyModel.Path, "--data", data, "--max-steps", "1", "--batch-size", "1", "--resolution", "32",
            "--output", folder["run"]];
        CliRun.Of([.. run, "--strict-data"]).AssertFails(1, "is an error with strict data");
        var told = CliRun.Of(run).Error;
        Assert.Contains($"note: {data}: 1 picture taken, 1 caption from file names, 1 file left out\n", told);
        Assert.Contains("note: captions are file names, as nothing else was found: a fox.PNG\n", told);
        Assert.Contains("note: left out, pictures of kinds that are not read: b.heic\n", told);
    }

    [Fact]
    public void Updates_are_told_as_lines_of_json()
    {
        var lines = Train("--json").OutLines;
        var step = JsonNode.Parse(Assert.Single(lines))!;
        Assert.Equal(1, (int)step["step"]!);
        Assert.InRange((double)step["loss"]!, 0, 20);
    }

    [Fact]
    public void What_cannot_be_trained_is_told_in_one_line()
    {
        CliRun.Of("train", "--data", folder.Path)
            .AssertFails(2, "no model: give --model, a checkpoint to fine-tune, or --model-config, the sizes of a new one");
        CliRun.Of("train", "--model", TinyModel.Path, "--output", folder["run"])
            .AssertFails(2, "no pictures: give --data, or --style-image with --prompt");
        Assert.False(Directory.Exists(folder["run"]));
        CliRun.Of("train", "--model", TinyModel.Path, "--data", folder["none"], "--output", folder["run"]).AssertFails(1, folder["none"]);
        CliRun.Of("train", "--model", TinyModel.Path, "--lora", "--lora-targets", "to_x", "--data", folder.Path)
            .AssertFails(2, "to_x", "to_q");
        CliRun.Of("train", "--config", folder.Write("run.json", """{ "optimizer": { "lr": 1 } }"""))
            .AssertFails(1, "run.json", "optimizer.lr", "learning_rate");
        CliRun.Of("train", "--model", TinyModel.Path, "--learning-rate", "fast").AssertFails(2, "--learning-rate", "fast");
    }

    [Fact]
    public void Two_options_for_one_setting_are_refused_and_both_named()
    {
        string[] train = ["train", "--model", TinyModel.Path, "--data", folder.Path, "--output", folder["run"]];
        CliRun.Of([.. train, "--lora", "--freeze-transformer"]).AssertFails(2, "--lora and --freeze-transformer: give one of the two");
        CliRun.Of([.. train, "--text-encoder-lora", "--train-text-encoder"])
            .AssertFails(2, "--train-text-encoder and --text-encoder-lora: give one of the two");
    }

    [Theory]
    [InlineData("--lora", "--lora-rank", "8")]
    [InlineData("--text-encoder-lora", "--text-encoder-lora-alpha", "8")]
    [InlineData("an --lr-scheduler that isn't constant", "--lr-warmup-steps", "5")]
    [InlineData("--lr-scheduler cosine_with_restarts", "--lr-cycles", "5")]
    [InlineData("--lr-scheduler polynomial", "--lr-power", "2")]
    [InlineData("--ema", "--ema-decay", "0.9")]
    public void An_option_that_needs_another_is_refused_without_it(string needed, params string[] option) =>
        CliRun.Of(["train", "--model", TinyModel.Path, "--data", folder.Path, "--output", folder["run"], .. option])
            .AssertFails(2, $"{option[0]} has an effect only with {needed}");

    [Fact]
    public void What_an_option_needs_may_come_from_a_recipe_or_a_file()
    {
        CliRun.Of("train", "--recipe", "lora-256", "--lora-rank", "8", "--model", TinyModel.Path, "--output", folder["run"])
            .AssertFails(2, "no pictures");
        CliRun.Of("train", "--config", folder.Write("run.json", """{ "ema": { "enabled": true } }"""), "--ema-decay", "0.9", "--model",
            TinyModel.Path, "--output", folder["run"])
            .AssertFails(2, "no pictures");
    }

    [Fact]
    public void One_picture_is_learnt_by_the_style_recipe_also_beside_a_file_that_does_not_say_how()
    {
        TinyModel.SavePicture(folder, "style.png", 120);
        string[] train = ["train", "--model", TinyModel.Path, "--style-image", folder["style.png"], "--prompt", "a fox", "--max-steps",
            "1", "--output", folder["run"]];
        CliRun.Output([.. train, "--config", folder.Write("run.json", """{ "checkpoints": { "every": 1 } }""")]);
        Assert.Equal("lora", (string?)Settings("run/checkpoint-1")["transformer"]!["mode"]);
    }

    [Fact]
    public void A_new_run_does_not_begin_among_the_checkpoints_of_another()
    {
        Train();
        CliRun.Of("train", "--model", TinyModel.Path, "--data", folder["pictures"], "--max-steps", "1", "--output", folder["run"])
            .AssertFails(2, folder["run"], "checkpoint-1", "--resume latest", "another --output");
        Assert.Contains("going on after step 1", Train("--resume", "latest").Error);
    }

    private CliRun Train(params string[] more)
    {
        Directory.CreateDirectory(folder["pictures"]);
        TinyModel.SavePicture(folder, "pictures/grey.png", 120);
        var run = CliRun.Of(["train", "--model", TinyModel.Path, "--data", folder["pictures"], "--max-steps", "1", "--output",
            folder["run"], .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private JsonObject Settings(string checkpoint) => JsonNode.Parse(File.ReadAllText(folder[$"{checkpoint}/training.json"]))!.AsObject();
}
