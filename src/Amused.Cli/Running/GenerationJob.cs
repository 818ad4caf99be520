using Amused.Cli.Options;
using Amused.Sampling;

namespace Amused.Cli.Running;

/// <summary>One call of a pipeline: everything about it that can be decided before the model is there.</summary>
internal sealed record GenerationJob
{
    /// <summary>The command, whose name pictures carry.</summary>
    public required string Command { get; init; }

    /// <summary>Where it was asked for, for messages; null on the command line itself.</summary>
    public string? Origin { get; init; }

    public required ModelChoice Model { get; init; }

    /// <summary>What is applied to the model.</summary>
    public LoraChoices Loras { get; init; } = LoraChoices.None;

    public required IReadOnlyList<string> Prompts { get; init; }

    public required IReadOnlyList<string> NegativePrompts { get; init; }

    /// <summary>What the command alone knows: files.</summary>
    public required JobInputs Inputs { get; init; }

    /// <summary>The settings, in a request of the command's kind that has neither words nor pictures yet.</summary>
    public required GenerationRequest Request { get; init; }

    public required SeedPlan Seeds { get; init; }

    public required OutputChoice Output { get; init; }

    /// <summary>Rows of the batch: the longest list's length.</summary>
    public int Rows => RowsOf(Prompts, NegativePrompts, Inputs);

    public int ImageCount => Rows * Seeds.ImagesPerPrompt;

    public static int RowsOf(IReadOnlyList<string> prompts, IReadOnlyList<string> negativePrompts, JobInputs inputs) =>
        Math.Max(Math.Max(prompts.Count, negativePrompts.Count), Math.Max(inputs.ImageFiles.Count, inputs.MaskFiles.Count));

    /// <summary>The row of the batch that image <paramref name="index"/> of the result answers: grouped by prompt, or tiled as the published implementation does.</summary>
    public int RowOf(int index) => Seeds.Generator == GeneratorMode.Shared ? index % Rows : index / Seeds.ImagesPerPrompt;

    public string PromptOf(int index) => OfRow(Prompts, RowOf(index))!;

    /// <summary>What a list has for a row: its only entry serves all.</summary>
    public static string? OfRow(IReadOnlyList<string> list, int row) => list.Count switch
    {
        0 => null,
        1 => list[0],
        _ => list[row],
    };

    /// <summary>The whole request; reads pictures and tokens, so it may fail.</summary>
    public GenerationRequest ToRequest() =>
        Inputs.AddTo(Seeds.Apply(Request)) with { Prompts = Prompts, NegativePrompts = NegativePrompts };

    /// <exception cref="InvalidRequestException">The model can't make the size that was asked for.</exception>
    public bool CheckSize(AmusedPipeline pipeline)
    {
        // A side that isn't asked for is the model's own, or follows the picture.
        pipeline.ThrowIfNoSize(Request.Width ?? pipeline.SizeMultiple, Request.Height ?? pipeline.SizeMultiple);
        return true;
    }

    /// <exception cref="InvalidRequestException">The lists' lengths don't fit each other.</exception>
    public void CheckRows()
    {
        foreach (var (name, count) in new[] { ("--prompt", Prompts.Count), ("--negative-prompt", NegativePrompts.Count), ("--image", Inputs.ImageFiles.Count), ("--mask", Inputs.MaskFiles.Count) })
            if (count > 1 && count != Rows)
                throw new InvalidRequestException($"{name} is given {count} times in a batch of {Rows}: give it once for all, or {Rows} times");
    }
}
