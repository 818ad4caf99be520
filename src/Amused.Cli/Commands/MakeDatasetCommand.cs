using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.PictureBook.Output;

namespace Amused.Cli.Commands;

/// <summary><c>amused make-dataset</c>: draws captioned pictures without end.</summary>
internal sealed class MakeDatasetCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly Argument<string?> output = new("OUTPUT")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The folder to write; one that was begun with the same settings is gone on with. Not needed for a preview or contact sheet alone.",
    };

    private readonly DatasetOptionSet options = new();

    public MakeDatasetCommand(Host host) : base("make-dataset", "Draw captioned pictures, little picture-book scenes, as a data set to train with.")
    {
        this.host = host;
        Add(output);
        options.AddTo(this);
        SetAction(Run);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused make-dataset ./scenes --count 100000 --drawings ./drawings/fluent-emoji-flat.tgz",
        "amused make-dataset ./unseen --count 500 --split held-out --format folder --drawings ./drawings/fluent-emoji-flat.tgz",
        "amused make-dataset --preview sheet.png --seed 7 --drawings ./drawings/noto.tgz",
    ];

    private void Run(ParseResult parse)
    {
        var (folder, preview, sheet) = (parse.GetValue(output), parse.GetValue(options.Preview), parse.GetValue(options.ContactSheet));
        if (folder is null && preview is null && sheet is null)
            throw new InvalidRequestException("make-dataset needs a folder to write, or --preview or --contact-sheet: amused make-dataset ./scenes --count 1000 --drawings PATH");
        if (folder is not null && parse.GetValue(options.Count) is null)
            throw new InvalidRequestException("make-dataset needs --count, the number of pictures: --count 100000");
        if (folder is null)
            RefuseIdle(parse, "without OUTPUT only sheets are drawn", options.OfFolder);
        else if (parse.GetValue(options.Format) == DatasetFormat.Folder)
            RefuseIdle(parse, "--format folder makes no shards", [options.ShardSize]);
        var dataset = options.Read(parse);
        if (sheet is not null)
            Save(ContactSheet.Draw(dataset.Drawings), sheet);
        if (preview is not null)
            Save(Preview.Draw(dataset), preview);
        if (folder is null)
            return;
        ProgressDisplay.For(host).Run("drawing", bar =>
        {
            new DatasetMaker(dataset).Make(folder, new ImmediateProgress<long>(done => bar.Report(done, dataset.Count)), host.Cancellation);
            return true;
        });
        host.Out.WriteLine($"{folder}: {dataset.Count} pictures");
    }

    private void Save(Images.RgbImage image, string path)
    {
        image.Save(path);
        host.Out.WriteLine(path);
    }
}
