using System.CommandLine;
using System.Text.Json.Nodes;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Training;

namespace Amused.Cli.Commands;

/// <summary><c>amused train</c>: fine-tunes a model, in full or by LoRA, or trains one from nothing.</summary>
internal sealed class TrainCommand : DocumentedCommand
{
    /// <summary>The sections of a file that say what is trained, and how.</summary>
    private static readonly string[] HowToTrain = ["transformer", "text_encoder", "optimizer"];

    private readonly TrainingOptions options = new();

    private readonly Option<string?> config = new DocumentedOption<string?>("--config", "FILE",
        "A file with settings, such as the training.json beside every checkpoint; options override it.", "none", "--config run.json") { Group = OptionGroups.Run };

    private readonly Option<string?> recipe = new DocumentedOption<string?>("--recipe", "NAME",
        $"A published recipe to start from: {string.Join(", ", TrainingRecipe.All.Keys)}. File and options override it.", "none", "--recipe lora-256")
    { Group = OptionGroups.Run, Choices = [.. TrainingRecipe.All.Keys] };

    private readonly Option<bool> json = new DocumentedOption<bool>("--json", "", "Writes a line of JSON for each update.", "off", "--json") { Group = OptionGroups.Output };

    public TrainCommand(Host host) : base("train", "Fine-tune a model on pictures, in full or by LoRA, or train one from nothing.")
    {
        options.AddTo(this);
        Add(config);
        Add(recipe);
        Add(json);
        SetAction(parse => options.Execute(() => new TrainingJob(host, parse.GetValue(json)).Execute(Settings(parse))));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused train --model amused/amused-256 --recipe lora-256 --data ./pictures --output ./run",
        "amused train --model amused/amused-512 --style-image style.png --prompt \"a fox in watercolour style\" --precision bf16 --output ./style",
        "amused train --model amused/amused-256 --recipe 8bit-256 --data \"shards/{000..127}.tar\" --batch-size 4 --gradient-accumulation 4 --validation-prompt \"a red fox\"",
        "amused train --model-config sizes.json --vqvae ./my-vq --tokenizer ./my-tokenizer --train-text-encoder --data ./pictures --condition-dropout 0.1 --ema",
        "amused train --config ./run/checkpoint-500/training.json --resume latest",
    ];

    /// <summary>Recipe, file and command line, the later over the earlier.</summary>
    private TrainingConfig Settings(ParseResult parse)
    {
        var given = options.Read(parse);
        var file = parse.GetValue(config) is { } path ? TrainingConfig.ReadSettings(path) : [];
        var settings = parse.GetValue(recipe) is { } name ? TrainingRecipe.Find(name).ToJson()
            : StyleModel(file, given) is { } model ? TrainingRecipe.ForStyle(model).ToJson()
            : new JsonObject();
        SettingOption.Overlay(settings, file);
        SettingOption.Overlay(settings, given);
        options.RefuseIdle(parse, settings);
        return TrainingConfig.FromJson(settings, "settings");
    }

    /// <summary>The model whose style recipe is to be taken: where one picture is given on the command line and the file doesn't say how to train.</summary>
    private static string? StyleModel(JsonObject file, JsonObject given) =>
        given["data"]?["image"] is not null && !HowToTrain.Any(file.ContainsKey) ? (given["model"]?["name"] ?? file["model"]?["name"])?.GetValue<string>() : null;
}
