using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.Training;

namespace Amused.Cli.Commands;

/// <summary><c>amused train-tokenizer</c>: learns a small vocabulary from captions.</summary>
internal sealed class TrainTokenizerCommand : DocumentedCommand
{
    private const int LongestPrompt = 100_000;

    private readonly Argument<string[]> captions = new("CAPTIONS")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Text files with a caption on each line, or data sets: folders of captioned images, Parquet files, tar shards, or hub ids.",
    };

    private readonly Option<string> output = new DocumentedOption<string>("--output", "FOLDER",
        "The folder to write; it must not have a tokenizer yet.", "none: it must be given", "--output ./my-tokenizer", "-o")
    {
        Group = OptionGroups.Output,
        Required = true,
    };

    private readonly Option<int?> vocabularySize = new DocumentedOption<int?>("--vocab-size", "N",
        "The most pieces that the vocabulary has, bytes and special tokens among them; at least 514 with all bytes.", "1024", "--vocab-size 2048")
    {
        Group = OptionGroups.Model,
        CustomParser = OptionValues.WholeNumber(3, 1 << 20),
    };

    private readonly Option<int?> maxLength = new DocumentedOption<int?>("--max-length", "N",
        "The tokens that prompts are cut or padded to, start and end included: the positions of the text tower.", "77", "--max-length 32")
    {
        Group = OptionGroups.Model,
        CustomParser = OptionValues.WholeNumber(2, LongestPrompt),
    };

    private readonly Option<BpeAlphabet?> alphabet = new DocumentedOption<BpeAlphabet?>("--alphabet", "full|seen",
        "The bytes to begin with: all, so that no text is unknown, or those of the captions alone, which leaves a small vocabulary more room; an unknown byte then ends the prompt for the text tower.",
        "full", "--alphabet seen")
    {
        Group = OptionGroups.Model,
        CustomParser = OptionValues.Word(("full", BpeAlphabet.Full), ("seen", BpeAlphabet.Seen)),
        Choices = ["full", "seen"],
    };

    private readonly Option<int?> minFrequency = new DocumentedOption<int?>("--min-frequency", "N",
        "How often two pieces must stand side by side to become one.", "2", "--min-frequency 10")
    {
        Group = OptionGroups.Model,
        CustomParser = OptionValues.WholeNumber(1, int.MaxValue),
    };

    private readonly SettingOptionSet dataSettings = new(DataOptions.Reading);

    public TrainTokenizerCommand(Host host) : base("train-tokenizer", "Learn a small vocabulary of CLIP's format from captions.")
    {
        Add(captions);
        dataSettings.AddTo(this);
        Add(output);
        Add(vocabularySize);
        Add(maxLength);
        Add(alphabet);
        Add(minFrequency);
        SetAction(parse =>
        {
            var folder = parse.GetValue(output)!;
            BpeVocabulary.RequireFree(folder);
            var vocabulary = ProgressDisplay.For(host).Run("reading captions", bar => Train(parse, host, bar));
            vocabulary.Save(folder, parse.GetValue(maxLength) ?? 77);
            host.Out.WriteLine($"{folder}: {vocabulary.Pieces.Count} pieces, {vocabulary.Merges.Count} merges");
        });
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused train-tokenizer captions.txt --vocab-size 2048 --output ./my-tokenizer",
        "amused train-tokenizer ./pictures --alphabet seen --vocab-size 300 --max-length 32 --output ./my-tokenizer",
    ];

    private BpeVocabulary Train(ParseResult parse, Host host, IProgressBar bar)
    {
        var defaults = new BpeTrainerOptions();
        var options = new BpeTrainerOptions
        {
            VocabularySize = parse.GetValue(vocabularySize) ?? defaults.VocabularySize,
            Alphabet = parse.GetValue(alphabet) ?? defaults.Alphabet,
            MinFrequency = parse.GetValue(minFrequency) ?? defaults.MinFrequency,
        };
        var trainer = new BpeTrainer(options);
        var reading = TrainingConfig.FromJson(dataSettings.Read(parse), "options").Data;
        ImageSourceOptions data = new()
        {
            Captions = new() { Place = reading.Captions, Columns = reading.CaptionColumns }, ImageColumn = reading.ImageColumn, Split = reading.Split, Strict = reading.Strict,
            Warning = bar.Note,
        };
        foreach (var path in parse.GetValue(captions)!)
            trainer.AddRange(CaptionFiles.OpenAsync(path, data, host.Cancellation).GetAwaiter().GetResult(), host.Cancellation);
        var vocabulary = trainer.Train(new ImmediateProgress<int>(pieces => bar.Report(pieces, options.VocabularySize, "merging")), host.Cancellation);
        if (vocabulary.Pieces.Count < options.VocabularySize)
            bar.Note($"the captions repeat too little for {options.VocabularySize} pieces: the vocabulary has {vocabulary.Pieces.Count}");
        return vocabulary;
    }
}
