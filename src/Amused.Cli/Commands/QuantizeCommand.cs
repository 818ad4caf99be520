using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.Cli.Running;
using Amused.Weights.Hub;

namespace Amused.Cli.Commands;

/// <summary><c>amused quantize</c>: writes a checkpoint whose linear layers are kept as bytes.</summary>
internal sealed class QuantizeCommand : DocumentedCommand
{
    private readonly Argument<string> model = new("MODEL") { Description = "The checkpoint: a folder, or a name on the hub." };

    private readonly Option<string> output = new DocumentedOption<string>("--output", "FOLDER",
        "The folder to make; it must be empty or not there yet.", "none: it must be given", "--output ./amused-256-int8", "-o")
    {
        Group = OptionGroups.Output,
        Required = true,
    };

    private readonly HubOptionSet hub = new();

    public QuantizeCommand(Host host) : base("quantize",
        "Write a checkpoint of a third of the size: linear layers as bytes, the rest in bf16.")
    {
        Add(model);
        Add(output);
        hub.AddTo(this);
        SetAction(parse =>
        {
            var choice = hub.Read(parse);
            var (name, folder) = (parse.GetValue(model)!, parse.GetValue(output)!);
            var source = Directory.Exists(name) ? name : HubRequests.Locate(name, choice, HubContent.Pipeline, host);
            ProgressDisplay.For(host).Run($"quantising {name}", bar =>
            {
                CheckpointQuantizer.Quantize(source, folder, choice.Variant, host.Cancellation, bar.OfNetworks());
                return true;
            });
            host.Out.WriteLine(folder);
        });
    }

    public override IReadOnlyList<string> Examples =>
        ["amused quantize amused/amused-256 --output ./amused-256-int8", "amused quantize ./my-model -o ./my-model-int8 --variant fp16"];
}
