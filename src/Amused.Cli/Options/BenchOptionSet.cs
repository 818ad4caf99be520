using System.CommandLine;
using Amused.Runtime;

namespace Amused.Cli.Options;

/// <summary>What is measured, how often, beside whose figures, and what is written of it.</summary>
internal sealed class BenchOptionSet
{
    private const string What = "What is measured";
    private const string How = "How";

    public Option<string[]?> Models { get; } = new DocumentedOption<string[]?>("--model", "FOLDER|ID",
        "A checkpoint, as for generate. Given several times, each is measured.", "as for generate", "--model amused/amused-256", "-m")
    {
        Group = What,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<IReadOnlyList<(int Width, int Height)>?> Sizes { get; } =
        new DocumentedOption<IReadOnlyList<(int Width, int Height)>?>("--size", "S[,S…]",
        "Sizes of pictures in pixels: a side, or WIDTHxHEIGHT.", "each model's own", "--size 256,384x256")
    {
        Group = What,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => OptionValues.ReadList(result, ReadSize)
            ?? OptionValues.Refuse<IReadOnlyList<(int, int)>?>(result,
                $"is not a side or WIDTHxHEIGHT, from 1 to {PictureSize.LargestSide}, or several with commas between them"),
    };

    public Option<IReadOnlyList<long>?> Steps { get; } =
        List("--steps", "Numbers of sampling steps.", "the checkpoint's own, else 12", "--steps 8,12", 1000, "-s");

    public Option<IReadOnlyList<long>?> Batches { get; } =
        List("--batch-size", "How many pictures a call makes, each of a prompt of its own.", "1", "--batch-size 1,8", 1024);

    public Option<IReadOnlyList<Precision>?> Precisions { get; } =
        new DocumentedOption<IReadOnlyList<Precision>?>("--precision", "WORD[,WORD…]",
        $"The arithmetic of the networks, as for generate: {string.Join(", ", PrecisionNames.Words)}. The row says what auto came to.",
        "auto", "--precision fp32,bf16")
    {
        Group = What,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.Words(PrecisionNames.All),
        Choices = PrecisionNames.Words,
    };

    public Option<int?> WarmUps { get; } = Count("--warm-up", "Calls before the first that counts.", "1", "--warm-up 2", 0);

    public Option<int?> Repeats { get; } = Count("--repeats",
        "Calls that count: figures are their median, and the least and the most. 0 measures nothing, and only shows what --compare reads.",
        "3", "--repeats 5", 0);

    public Option<bool> InProcess { get; } = new DocumentedOption<bool>("--in-process", "",
        "Measures all configurations in this process, instead of each in one of its own. Quicker, but what one leaves in memory is on "
            + "the next one's mark, and libtorch is loaded once.",
        "off", "--in-process") { Group = How };

    public Option<string[]?> Compare { get; } = new DocumentedOption<string[]?>("--compare", "FILE",
        "Rows of other systems, or of an earlier run, to show in table and chart: what --output writes, or docs/benchmarks has. May be "
            + "given several times.", "none", "--compare docs/benchmarks/python-openvino.json")
    {
        Group = OptionGroups.Output,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string?> Output { get; } = new DocumentedOption<string?>("--output", "FILE",
        "Also writes what was measured as JSON, for --compare to read.", "none", "--output bench.json",
        "-o") { Group = OptionGroups.Output };

    public Option<string?> Plot { get; } = new DocumentedOption<string?>("--plot", "FILE", "Also draws a bar chart; .png, .jpg or .webp.",
        "none", "--plot bench.png") { Group = OptionGroups.Output };

    public Option<bool> Json { get; } = OutputOptions.JsonOption("One line of JSON on standard output, what --output writes.");

    public void AddMeasuredTo(Command command) => Add(command, Models, Sizes, Steps, Batches, Precisions);

    public void AddOthersTo(Command command) => Add(command, WarmUps, Repeats, InProcess, Compare, Output, Plot, Json);

    private static (int, int)? ReadSize(string text) => PictureSize.ParseSide(text) is { } side ? (side, side) : PictureSize.Parse(text);

    private static void Add(Command command, params Option[] options)
    {
        foreach (var option in options)
            command.Add(option);
    }

    private static DocumentedOption<IReadOnlyList<long>?> List(string name, string summary, string defaultText, string example, int most,
        params string[] aliases) =>
        new(name, "N[,N…]", summary, defaultText, example, aliases)
        {
            Group = What,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = OptionValues.WholeNumbers(1, most),
        };

    private static DocumentedOption<int?> Count(string name, string summary, string defaultText, string example, int least) =>
        new(name, "N", summary, defaultText, example)
    {
        Group = How,
        CustomParser = OptionValues.WholeNumber(least, 10_000),
    };
}
