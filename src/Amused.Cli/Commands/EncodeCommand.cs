using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Training;

namespace Amused.Cli.Commands;

/// <summary><c>amused encode</c>: turns a data set into shards of VQ tokens and texts, once, for training to read.</summary>
internal sealed class EncodeCommand : DocumentedCommand
{
    private const string Work = "Work";

    private readonly Argument<string?> data = new("DATA")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The pictures: a folder of images, Parquet files, a data set on the hub, or tar shards. Needed unless --verify is given.",
    };

    private readonly Option<string?> model = new DocumentedOption<string?>("--model", "FOLDER|ID",
        "The checkpoint that is to be trained: its VQGAN, tokenizer and text tower encode.", "none: it or --vqvae with --tokenizer must be given", "--model amused/amused-256", "-m")
    { Group = OptionGroups.Model };

    private readonly Option<string?> vqvae = new DocumentedOption<string?>("--vqvae", "FOLDER",
        "For a model from nothing: the checkpoint whose VQGAN is used, or the VQGAN's own folder.", "none", "--vqvae ./my-vq") { Group = OptionGroups.Model };

    private readonly Option<string?> tokenizer = new DocumentedOption<string?>("--tokenizer", "FOLDER",
        "For a model from nothing: the tokenizer's folder.", "none", "--tokenizer ./my-tokenizer") { Group = OptionGroups.Model };

    private readonly Option<int?> textLength = new DocumentedOption<int?>("--text-length", "N",
        "For a model from nothing: the tokens that captions are cut or padded to, the text tower's max_position_embeddings.", "what the tokenizer's settings say", "--text-length 32")
    {
        Group = OptionGroups.Model,
        CustomParser = OptionValues.WholeNumber(2, 100_000),
    };

    private readonly HubOptionSet hub = new();

    private readonly Option<string> device = new DocumentedOption<string>("--device", "DEVICE", "Where to compute: cpu, cuda or cuda:N.", "cpu", "--device cuda:0")
    {
        Group = OptionGroups.Model,
        DefaultValueFactory = _ => "cpu",
    };

    private readonly Option<EncodedText?> text = new DocumentedOption<EncodedText?>("--text", "states|ids",
        "What is kept of captions: the text tower's states, so that training needs no tower, or the token ids, where the tower is to be trained too.",
        "states; ids with --tokenizer", "--text ids")
    {
        Group = OptionGroups.Data,
        CustomParser = OptionValues.Word(("states", EncodedText.States), ("ids", EncodedText.TokenIds)),
        Choices = ["states", "ids"],
    };

    private readonly Option<int?> passes = Whole(OptionGroups.Data, "--passes", "How often the data set is gone through, with other crops, mirrorings and captions each time.", "1", "4");

    private readonly Option<int?> seed = new DocumentedOption<int?>("--seed", "S", "What crops, mirrorings and choices between captions derive from.", "0", "--seed 42")
    {
        Group = OptionGroups.Data,
        CustomParser = OptionValues.WholeNumber(0, int.MaxValue),
    };

    private readonly Option<int?> batchSize = Whole(Work, "--batch-size", "How many pictures are encoded at once.", "8", "16", "-b");

    private readonly Option<int?> shardSize = Whole(Work, "--shard-size", "How many examples a shard has; work that was stopped goes on after the last whole one.", "1024", "4096");

    private readonly Option<bool> force = new DocumentedOption<bool>("--force", "",
        "Goes on with the shards in --output although they are of other data, models or settings.",
        "off: each difference is named", "--force")
    { Group = Work };

    private readonly Option<string> output = new DocumentedOption<string>("--output", "FOLDER",
        "The folder of shards. Where the same data set is partly encoded already, the rest is.", "none: it must be given", "--output ./shards", "-o")
    {
        Group = OptionGroups.Output,
        Required = true,
    };

    private readonly Option<bool> verify = new DocumentedOption<bool>("--verify", "", "Encodes nothing, but compares the SHA-256 of each shard in the folder with the index.", "off", "--verify") { Group = OptionGroups.Output };

    private readonly Option<bool> json = new DocumentedOption<bool>("--json", "", "Writes what the folder holds as a line of JSON.", "off", "--json") { Group = OptionGroups.Output };

    private readonly SettingOptionSet dataSettings = new(DataOptions.All);

    public EncodeCommand(Host host) : base("encode", "Encode a data set once, so that training on it needs neither decode nor encode pictures.")
    {
        Add(data);
        foreach (var option in (Option[])[model, vqvae, tokenizer, textLength])
            Add(option);
        hub.AddTo(this);
        Add(device);
        dataSettings.AddTo(this);
        foreach (var option in (Option[])[text, passes, seed, batchSize, shardSize, force, output, verify, json])
            Add(option);
        SetAction(parse =>
        {
            var job = new EncodeJob(host, parse.GetValue(json));
            if (!parse.GetValue(verify))
            {
                dataSettings.Execute(() => job.Execute(Read(parse)));
                return;
            }
            RefuseAllBut(parse, "--verify encodes nothing", [output, verify, json]);
            job.Verify(parse.GetValue(output)!);
        });
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused encode ./pictures --model amused/amused-256 --output ./shards",
        "amused encode ./pictures --vqvae ./my-vq --tokenizer ./my-tokenizer --text-length 32 --resolution 128 --output ./shards",
        "amused encode \"shards/{000..127}.tar\" --model amused/amused-256 --text ids --passes 4 --random-flip --output ./shards",
        "amused encode --verify --output ./shards",
    ];

    private EncodeChoice Read(ParseResult parse)
    {
        var source = parse.GetValue(data) ?? throw new InvalidRequestException("no pictures: name a data set, as in amused encode ./pictures …, or give --verify to check shards that are there");
        return new()
        {
            Data = TrainingConfig.FromJson(dataSettings.Read(parse), "options").Data with { Source = source },
            Model = parse.GetValue(model), Vqvae = parse.GetValue(vqvae), Tokenizer = parse.GetValue(tokenizer), TextLength = parse.GetValue(textLength),
            Hub = hub.Read(parse), Device = parse.GetValue(device)!, Text = parse.GetValue(text), Passes = parse.GetValue(passes), Seed = parse.GetValue(seed) ?? 0,
            BatchSize = parse.GetValue(batchSize), ShardSize = parse.GetValue(shardSize), Force = parse.GetValue(force),
            Output = parse.GetValue(output)!,
        };
    }

    private static DocumentedOption<int?> Whole(string group, string name, string summary, string standard, string example, params string[] aliases) =>
        new(name, "N", summary, standard, $"{name} {example}", aliases)
        {
            Group = group,
            CustomParser = OptionValues.WholeNumber(1, int.MaxValue),
        };
}
