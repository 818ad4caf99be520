using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;

namespace Amused.Cli.Commands;

/// <summary>
/// <c>amused serve</c>: pictures over HTTP. Nothing of the server is loaded before it runs, so that other commands start as fast as without
/// it.
/// </summary>
internal sealed class ServeCommand : DocumentedCommand
{
    private readonly ServerOptionSet server = new();
    private readonly ModelOptions model = new();

    private readonly Option<string[]?> models = new DocumentedOption<string[]?>("--model", "[NAME=]FOLDER|ID",
        "A checkpoint to serve: a folder, or a name on the hub, by a name of one's own if wanted; several times for several. The first "
            + "serves requests that name none.",
        ModelOptions.DefaultText, "--model small=./my-model", "-m")
    { Group = OptionGroups.Model, Arity = ArgumentArity.OneOrMore };

    public ServeCommand(Host host) : base("serve", "Serve pictures over HTTP: the OpenAI images interface, jobs, and a page.")
    {
        server.AddTo(this);
        Add(models);
        model.Hub.AddTo(this);
        Add(model.Precision);
        Add(model.Device);
        SetAction(parse =>
        {
            if (parse.GetValue(server.NoHistory))
                RefuseIdle(parse, "--no-history keeps no pictures", [server.Data, server.Keep, server.KeepDays, server.KeepSize]);
            new ServerJob(host).Execute(parse, server, model, ModelNames(parse, host));
        });
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused serve --model amused/amused-256",
        "amused serve --model small=./my-model --model amused/amused-512 --sizes nearest --memory-limit 8",
        "amused serve --urls http://0.0.0.0:8080 --api-key-file keys.txt --model ./my-model",
    ];

    private IReadOnlyList<string> ModelNames(ParseResult parse, Host host) =>
        parse.GetValue(models) is { Length: > 0 } given ? given : [ModelOptions.Name(null, host)];
}
