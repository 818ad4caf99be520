using System.CommandLine;
using System.CommandLine.Parsing;
using Amused.Sampling;

namespace Amused.Cli.Options;

/// <summary>How tokens are drawn: what all kinds of generation share.</summary>
internal sealed class SamplingOptions
{
    public Option<int?> Steps { get; } = new DocumentedOption<int?>("--steps", "N",
        "The number of sampling steps, 1 to 1000.", "the checkpoint's own, else 12", "--steps 12", "-s")
    {
        Group = OptionGroups.Sampling,
        CustomParser = OptionValues.WholeNumber(1, 1000),
    };

    public Option<float?> GuidanceScale { get; } = new DocumentedOption<float?>("--guidance-scale", "G",
        "Classifier-free guidance: how closely to follow the prompt. At 1 or less there is none, and half the work.", "the checkpoint's own, else 10", "--guidance-scale 5", "-g")
    {
        Group = OptionGroups.Sampling,
        CustomParser = OptionValues.Number(-1e6, 1e6),
    };

    public Option<IReadOnlyList<long>?> Seed { get; } = new DocumentedOption<IReadOnlyList<long>?>("--seed", "S[,S…]",
        "The seed: picture k has seed S + k and is the same alone or in a batch (token for token with --precision fp32). Several, with commas: one for each picture.", "random, and told", "--seed 42")
    {
        Group = OptionGroups.Sampling,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.WholeNumbers(long.MinValue, long.MaxValue),
    };

    public Option<int?> ImagesPerPrompt { get; } = new DocumentedOption<int?>("--images-per-prompt", "N",
        "How many pictures each prompt gives.", "1, or as many as there are seeds", "--images-per-prompt 4")
    {
        Group = OptionGroups.Sampling,
        CustomParser = OptionValues.WholeNumber(1, 10_000),
    };

    public Option<GeneratorMode?> Generator { get; } = new DocumentedOption<GeneratorMode?>("--generator", "per-image|shared",
        "Whether each picture draws from a generator of its own, or the batch shares one: the draws and the order of the published implementation.", "per-image", "--generator shared")
    {
        Group = OptionGroups.Sampling,
        CustomParser = OptionValues.Word(GeneratorNames),
        Choices = ["per-image", "shared"],
    };

    public Option<TemperatureRange?> Temperature { get; } = new DocumentedOption<TemperatureRange?>("--temperature", "START,END",
        "How much noise the choice of positions gets at the first and the last step; one number T means T,0.01.", "the checkpoint's own, else 2,0", "--temperature 2,0")
    {
        Group = OptionGroups.Sampling,
        CustomParser = ReadTemperature,
    };

    public Option<float?> AestheticScore { get; } = new DocumentedOption<float?>("--aesthetic-score", "SCORE",
        "Micro-conditioning: the aesthetic score that the picture would have had in training, about 1 to 10.", "6", "--aesthetic-score 6.5")
    {
        Group = OptionGroups.Sampling,
        CustomParser = OptionValues.Number(-1000, 1000),
    };

    public Option<(int First, int Second)?> Crop { get; } = new DocumentedOption<(int First, int Second)?>("--crop", "A,B",
        "Micro-conditioning: the corner at which the training picture would have been cropped, in pixels.", "0,0", "--crop 0,0")
    {
        Group = OptionGroups.Sampling,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.Pair(0, 1_000_000),
    };

    private static readonly (string, GeneratorMode)[] GeneratorNames = [("per-image", GeneratorMode.PerImage), ("shared", GeneratorMode.Shared)];

    public static string NameOf(GeneratorMode mode) => GeneratorNames.First(name => name.Item2 == mode).Item1;

    public void AddTo(Command command)
    {
        command.Add(Steps);
        command.Add(GuidanceScale);
        command.Add(Seed);
        command.Add(ImagesPerPrompt);
        command.Add(Generator);
        AddConditionsTo(command);
    }

    /// <summary>Adds what a sweep doesn't vary.</summary>
    public void AddConditionsTo(Command command)
    {
        command.Add(Temperature);
        command.Add(AestheticScore);
        command.Add(Crop);
    }

    /// <summary>Fills in what <see cref="AddConditionsTo"/> added.</summary>
    public T ApplyConditions<T>(T request, ParseResult parse) where T : GenerationRequest => request with
    {
        Temperature = parse.GetValue(Temperature),
        AestheticScore = parse.GetValue(AestheticScore) ?? request.AestheticScore,
        CropCoordinates = parse.GetValue(Crop) ?? request.CropCoordinates,
    };

    /// <summary>Fills in what <see cref="AddTo"/> added, but for the seeds and the number of images, which <see cref="Running.SeedPlan"/> decides.</summary>
    public GenerationRequest Apply(GenerationRequest request, ParseResult parse) => ApplyConditions(request, parse) with
    {
        Steps = parse.GetValue(Steps),
        GuidanceScale = parse.GetValue(GuidanceScale),
        Generator = parse.GetValue(Generator) ?? request.Generator,
    };

    public static TemperatureRange? ReadTemperature(ArgumentResult result) =>
        OptionValues.ReadList(result, text => OptionValues.ParseNumber(text, 0, 1e6, out var number) ? (float?)number : null) switch
        {
            [var single] => TemperatureRange.FromSingle(single),
            [var start, var end] => new TemperatureRange(start, end),
            _ => OptionValues.Refuse<TemperatureRange?>(result, "is not a number of at least 0, or two with a comma between them"),
        };
}
