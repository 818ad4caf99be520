using System.CommandLine;
using Amused.PictureBook;
using Amused.PictureBook.Drawings;
using Amused.PictureBook.Output;
using Amused.PictureBook.Rendering;

namespace Amused.Cli.Options;

/// <summary>Which data set of drawn scenes is made.</summary>
internal sealed class DatasetOptionSet
{
    public Option<int?> Count { get; } = new DocumentedOption<int?>("--count", "N", "How many pictures.", "none: it must be given with OUTPUT", "--count 100000")
    {
        Group = OptionGroups.Output,
        CustomParser = OptionValues.WholeNumber(1, 1_000_000_000),
    };

    public Option<string?> Preview { get; } = new DocumentedOption<string?>("--preview", "FILE",
        "Also draws the first 64 pictures with their captions on one sheet; .png, .jpg or .webp.", "none", "--preview sheet.png") { Group = OptionGroups.Output };

    public Option<string?> ContactSheet { get; } = new DocumentedOption<string?>("--contact-sheet", "FILE",
        "Also draws all things in all their colours on one sheet; .png, .jpg or .webp.", "none", "--contact-sheet things.png") { Group = OptionGroups.Output };

    private readonly Option<string> drawings = new DocumentedOption<string>("--drawings", "PATH",
        "What things look like: the icons of @iconify-json/fluent-emoji-flat or @iconify-json/noto, as npm pack fetches them (.tgz), unpacked, or their icons.json.",
        "none: it must be given", "--drawings ./drawings/fluent-emoji-flat.tgz")
    {
        Group = OptionGroups.Pictures,
        Required = true,
    };

    private readonly Option<IReadOnlyList<long>?> seed = new DocumentedOption<IReadOnlyList<long>?>("--seed", "S",
        "Which pictures: the same seed draws the same ones, however many are asked for.", "0", "--seed 42")
    {
        Group = OptionGroups.Pictures,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.WholeNumbers(long.MinValue, long.MaxValue),
    };

    private readonly Option<Split?> split = new DocumentedOption<Split?>("--split", "train|held-out",
        "A tenth of all combinations of thing, colour, ground and sky is never in train; held-out has nothing else.", "train", "--split held-out")
    {
        Group = OptionGroups.Pictures,
        CustomParser = OptionValues.Word(("train", Split.Train), ("held-out", Split.HeldOut)),
        Choices = ["train", "held-out"],
    };

    private readonly Option<string?> newcomers = new DocumentedOption<string?>("--newcomers", "NAME,…",
        "Things that the drawn world doesn't have, by the names of the set's icons: each picture has one of them.", "none", "--newcomers robot,crown,ghost") { Group = OptionGroups.Pictures };

    private readonly Option<int?> size = new DocumentedOption<int?>("--size", "PIXELS", "The pictures' side.", "128", "--size 64")
    {
        Group = OptionGroups.Pictures,
        CustomParser = OptionValues.WholeNumber(SceneRenderer.SmallestSize, SceneRenderer.LargestSize),
    };

    public Option<DatasetFormat?> Format { get; } = new DocumentedOption<DatasetFormat?>("--format", "webdataset|folder",
        "Tar archives with a picture, its caption and its truth (.png, .txt, .json), or a folder of pictures with metadata.jsonl.", "webdataset", "--format folder")
    {
        Group = OptionGroups.Output,
        CustomParser = OptionValues.Word(("webdataset", DatasetFormat.WebDataset), ("folder", DatasetFormat.Folder)),
        Choices = ["webdataset", "folder"],
    };

    private readonly Option<bool> masks = new DocumentedOption<bool>("--masks", "",
        "Puts a mask of the things beside each picture (.mask.png), for --background-weight of train and train-vq.", "off", "--masks") { Group = OptionGroups.Output };

    public Option<int?> ShardSize { get; } = new DocumentedOption<int?>("--shard-size", "N", "How many pictures a tar archive holds.", "1000", "--shard-size 5000")
    {
        Group = OptionGroups.Output,
        CustomParser = OptionValues.WholeNumber(1, 100_000),
    };

    /// <summary>What has a meaning for a folder of pictures only.</summary>
    public IEnumerable<Option> OfFolder => [Format, masks, ShardSize];

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[drawings, seed, split, newcomers, size, Count, Format, masks, ShardSize, Preview, ContactSheet])
            command.Add(option);
    }

    /// <exception cref="AmusedException">A value or the drawings are unusable.</exception>
    public DatasetOptions Read(ParseResult parse)
    {
        if (parse.GetValue(seed) is { Count: > 1 })
            throw new InvalidRequestException("--seed: make-dataset takes one seed");
        var set = DrawingSet.Load(parse.GetValue(drawings)!);
        return new(set)
        {
            Newcomers = [.. (parse.GetValue(newcomers) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(set.Newcomer)],
            Count = parse.GetValue(Count) ?? PictureBook.Output.Preview.MostPictures,
            Seed = parse.GetValue(seed)?[0] ?? 0,
            Split = parse.GetValue(split) ?? Split.Train,
            Size = parse.GetValue(size) ?? SceneRenderer.DefaultSize,
            Format = parse.GetValue(Format) ?? DatasetFormat.WebDataset,
            Masks = parse.GetValue(masks),
            ShardSize = parse.GetValue(ShardSize) ?? 1000,
        };
    }
}
