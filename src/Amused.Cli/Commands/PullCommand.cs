using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Weights.Hub;

namespace Amused.Cli.Commands;

/// <summary><c>amused pull</c>: downloads a checkpoint into the hub's cache and does nothing else.</summary>
internal sealed class PullCommand : DocumentedCommand
{
    private readonly Argument<string> model = new("ID") { Description = "The model's name on the hub, such as amused/amused-512." };
    private readonly HubOptionSet hub = new();

    public PullCommand(Host host) : base("pull", "Download a model into the hub's cache, and print its folder.")
    {
        Add(model);
        hub.AddTo(this, offline: false);
        SetAction(parse => host.Out.WriteLine(HubRequests.Locate(parse.GetValue(model)!, hub.Read(parse), HubContent.Pipeline, host)));
    }

    public override IReadOnlyList<string> Examples => ["amused pull amused/amused-256", "amused pull amused/amused-512 --variant fp16"];
}
