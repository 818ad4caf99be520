using System.CommandLine;
using System.Text.Json.Nodes;
using Amused.Cli.Options;
using Amused.Cli.Reports;
using Amused.Cli.Running;
using Amused.Images;
using Amused.Weights.Hub;

namespace Amused.Cli.Commands;

/// <summary>
/// <c>amused info</c>: what a checkpoint holds, what a picture was made with, or what this program runs on. Loads no weights.
/// </summary>
internal sealed class InfoCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly Argument<string?> subject = new("MODEL|PICTURE")
    {
        Description = "A checkpoint's folder, the hub id of one that is in the cache, or a PNG file. Without one: this program's versions, "
            + "the processor, and what is changed in libtorch.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly HubOptionSet hub = new();
    private readonly Option<bool> json = OutputOptions.JsonOption("One line of JSON on standard output.");

    public InfoCommand(Host host) : base("info", "Say what a checkpoint holds, what a picture was made with, or what this program runs on.")
    {
        this.host = host;
        Add(subject);
        Add(json);
        Add(hub.Revision);
        Add(hub.CacheFolder);
        SetAction(parse => Show(parse.GetValue(subject), hub.Read(parse) with { Offline = true }, parse.GetValue(json)));
    }

    public override IReadOnlyList<string> Examples => ["amused info amused/amused-256", "amused info ./my-model --json", "amused info out.png", "amused info"];

    private void Show(string? name, HubChoice choice, bool asJson)
    {
        if (name is null)
            ShowProgram(asJson);
        else if (File.Exists(name))
            ShowPicture(name, asJson);
        else if (name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(name))
            throw new BrokenInputException($"{name} does not exist");
        else
            ShowCheckpoint(Locate(name, choice), asJson);
    }

    private string Locate(string name, HubChoice choice)
    {
        try
        {
            return HubRequests.Locate(name, choice, HubContent.Configuration, host);
        }
        catch (BrokenInputException e) when (HubId.LooksLikeId(name) && !Directory.Exists(name))
        {
            throw new BrokenInputException($"{name} is no folder here and not in the hub's cache; amused pull {name} downloads it", e);
        }
    }

    private void ShowProgram(bool asJson)
    {
        var report = ProgramReport.Read();
        if (asJson)
            host.Out.WriteLine(report.ToJson());
        else
            report.WriteTable(host.Out);
    }

    private void ShowCheckpoint(string folder, bool asJson)
    {
        var report = CheckpointReport.Read(folder);
        if (asJson)
            host.Out.WriteLine(CheckpointText.ToJson(report));
        else
            CheckpointText.WriteTable(report, host.Out);
    }

    private void ShowPicture(string path, bool asJson)
    {
        var settings = PictureSettings.FromText(PngText.Read(path), path);
        if (asJson)
            host.Out.WriteLine(new JsonObject { ["kind"] = "picture", ["path"] = path, ["settings"] = settings }.ToJsonString(PictureSettings.Readable));
        else if (settings is null)
            host.Out.WriteLine($"{path} carries no settings: it was not made by amused, or was saved again by a program that drops them");
        else
            TextTable.Write([.. settings.Select(setting => new[] { setting.Key, Lines.Single(PictureSettings.Value(setting.Value, setting.Key.EndsWith("prompt", StringComparison.Ordinal) ? " | " : ",")) })], host.Out);
    }
}
