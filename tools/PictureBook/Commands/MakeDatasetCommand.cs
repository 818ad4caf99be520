using System.CommandLine;
using Amused.Cli;
using Amused.Cli.Output;
using Amused.Images;
using PictureBook.Datasets;
using PictureBook.Drawings;
using PictureBook.Rendering;
using PictureBook.Scenes;

namespace PictureBook.Commands;

/// <summary><c>picture-book make-dataset</c>: draws captioned pictures without end.</summary>
internal sealed class MakeDatasetCommand : Command
{
    private readonly Host host;

    private readonly Argument<string?> output = new("OUTPUT")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The folder to write; one that was begun with the same settings is gone on with. Not needed for a preview or contact sheet alone.",
    };

    private readonly Option<string> drawings = ToolOptions.Drawings;
    private readonly Option<long?> seed = ToolOptions.Number("--seed", "S",
        "Which pictures: the same seed draws the same ones, however many are asked for. Default: 0.", long.MinValue, long.MaxValue);
    private readonly Option<Split?> split = ToolOptions.Word("--split",
        "A tenth of all combinations of thing, colour, ground and sky is never in train; held-out has nothing else. Default: train.",
        ("train", Split.Train), ("held-out", Split.HeldOut));
    private readonly Option<string?> newcomers = ToolOptions.Text("--newcomers", "NAME,…",
        "Things that the drawn world doesn't have, by the names of the set's icons: each picture has one of them.");
    private readonly Option<int?> size = ToolOptions.Number("--size", "PIXELS", "The pictures' side. Default: 128.", SceneRenderer.SmallestSize, SceneRenderer.LargestSize);
    private readonly Option<int?> count = ToolOptions.Number("--count", "N", "How many pictures; it must be given with OUTPUT.", 1, 1_000_000_000);
    private readonly Option<DatasetFormat?> format = ToolOptions.Word("--format",
        "Tar archives with a picture, its caption and its truth (.png, .txt, .json), or a folder of pictures with metadata.jsonl. Default: webdataset.",
        ("webdataset", DatasetFormat.WebDataset), ("folder", DatasetFormat.Folder));
    private readonly Option<bool> masks = ToolOptions.Flag("--masks",
        "Puts a mask of the things beside each picture (.mask.png), for --background-weight of amused train and train-vq.");
    private readonly Option<int?> shardSize = ToolOptions.Number("--shard-size", "N", "How many pictures a tar archive holds. Default: 1000.", 1, 100_000);
    private readonly Option<string?> preview = ToolOptions.Text("--preview", "FILE",
        "Also draws the first 64 pictures with their captions on one sheet; .png, .jpg or .webp.");
    private readonly Option<string?> contactSheet = ToolOptions.Text("--contact-sheet", "FILE",
        "Also draws all things in all their colours on one sheet; .png, .jpg or .webp.");

    public MakeDatasetCommand(Host host) : base("make-dataset", "Draw captioned pictures, little picture-book scenes, as a data set to train with.")
    {
        this.host = host;
        Add(output);
        foreach (Option option in (Option[])[drawings, seed, split, newcomers, size, count, format, masks, shardSize, preview, contactSheet])
            Add(option);
        SetAction(Run);
    }

    private void Run(ParseResult parse)
    {
        var folder = parse.GetValue(output);
        Check(parse, folder);
        var dataset = Read(parse);
        if (parse.GetValue(contactSheet) is { } things)
            Save(ContactSheet.Draw(dataset.Drawings), things);
        if (parse.GetValue(preview) is { } sheet)
            Save(Preview.Draw(dataset), sheet);
        if (folder is null)
            return;
        ProgressDisplay.For(host).Run("drawing", bar =>
        {
            new DatasetMaker(dataset).Make(folder, new ImmediateProgress<long>(done => bar.Report(done, dataset.Count)), host.Cancellation);
            return true;
        });
        host.Out.WriteLine($"{folder}: {dataset.Count} pictures");
    }

    private void Check(ParseResult parse, string? folder)
    {
        if (folder is null && !parse.IsGiven(preview) && !parse.IsGiven(contactSheet))
            throw new InvalidRequestException(
                "make-dataset needs a folder to write, or --preview or --contact-sheet: make-dataset ./scenes --count 1000 --drawings PATH");
        if (folder is not null && !parse.IsGiven(count))
            throw new InvalidRequestException("make-dataset needs --count, the number of pictures: --count 100000");
        if (folder is null)
            parse.RefuseIdle("without OUTPUT only sheets are drawn", [format, masks, shardSize]);
        else if (parse.GetValue(format) == DatasetFormat.Folder)
            parse.RefuseIdle("--format folder makes no shards", [shardSize]);
    }

    private DatasetOptions Read(ParseResult parse)
    {
        var set = DrawingSet.Load(parse.GetValue(drawings)!);
        DatasetOptions standard = new(set) { Count = parse.GetValue(count) ?? Preview.MostPictures };
        return standard with
        {
            Newcomers = [.. (parse.GetValue(newcomers) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(set.Newcomer)],
            Seed = parse.GetValue(seed) ?? standard.Seed,
            Split = parse.GetValue(split) ?? standard.Split,
            Size = parse.GetValue(size) ?? standard.Size,
            Format = parse.GetValue(format) ?? standard.Format,
            Masks = parse.GetValue(masks),
            ShardSize = parse.GetValue(shardSize) ?? standard.ShardSize,
        };
    }

    private void Save(RgbImage image, string path)
    {
        image.Save(path);
        host.Out.WriteLine(path);
    }
}
