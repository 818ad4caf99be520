using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.Cli.Running;
using Amused.Runtime;

namespace Amused.Cli.Commands;

/// <summary><c>amused convert</c>: writes a checkpoint anew, in another precision or with settings of its own.</summary>
internal sealed class ConvertCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly Argument<string> model = new("MODEL") { Description = "The checkpoint: a folder, or a name on the hub." };

    private readonly Option<string> output = new DocumentedOption<string>("--output", "FOLDER", "The folder to make; it must be empty or not there yet.", "none: it must be given", "--output ./half", "-o")
    {
        Group = OptionGroups.Output,
        Required = true,
    };
    private readonly HubOptionSet hub = new();

    private readonly Option<Precision?> precision = new DocumentedOption<Precision?>("--precision", "fp32|bf16|fp16", "The type that weights are written in.", "fp16", "--precision bf16")
    {
        Group = OptionGroups.Output,
        CustomParser = OptionValues.Word(PrecisionNames.Stored),
        Choices = [.. PrecisionNames.Stored.Select(name => name.Word)],
    };

    /// <summary>What requests get that say nothing.</summary>
    private readonly RequestOptions defaults = new RequestOptions()
        .Add("steps", OptionGroups.Output, "as before")
        .Add("guidance-scale", OptionGroups.Output, "as before")
        .Add("temperature", OptionGroups.Output, "as before");

    public ConvertCommand(Host host) : base("convert", "Write a checkpoint anew: in another precision, or with other defaults.")
    {
        this.host = host;
        Add(model);
        Add(output);
        Add(precision);
        defaults.AddTo(this);
        hub.AddTo(this);
        SetAction(Run);
    }

    public override IReadOnlyList<string> Examples =>
        ["amused convert ./run --output ./my-model", "amused convert amused/amused-256 -o ./half --precision bf16", "amused convert ./my-model -o ./tuned --steps 8 --guidance-scale 3"];

    private void Run(ParseResult parse)
    {
        var (folder, choice) = (parse.GetValue(output)!, hub.Read(parse));
        NewCheckpointFolder.Fill(folder, () => ProgressDisplay.For(host).Run($"writing {folder}", bar =>
        {
            using var pipeline = AmusedPipeline.FromPretrained(
                parse.GetValue(model)!, new() { Variant = choice.Variant, Precision = parse.GetValue(precision) ?? Precision.Float16, Hub = choice.ToHubOptions(bar) }, host.Cancellation);
            pipeline.Save(folder, defaults: Defaults(parse, pipeline.Defaults), cancellation: host.Cancellation, progress: bar.OfNetworks());
            return true;
        }));
        host.Out.WriteLine(folder);
    }

    private GenerationDefaults? Defaults(ParseResult parse, GenerationDefaults before)
    {
        var request = defaults.Apply(new TextToImageRequest(), parse);
        return request == new TextToImageRequest() ? null : before with
        {
            Steps = request.Steps ?? before.Steps,
            GuidanceScale = request.GuidanceScale ?? before.GuidanceScale,
            Temperature = request.Temperature ?? before.Temperature,
        };
    }
}
