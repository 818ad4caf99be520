using Amused.Cli.Options;
using Amused.Pipelines;
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

    public required IReadOnlyList<string> Prompts { get; init; }

    public required IReadOnlyList<string> NegativePrompts { get; init; }

    /// <summary>The files of pictures and masks, for each row of the batch or for all; empty without.</summary>
    public IReadOnlyList<string> ImageFiles { get; init; } = [];

    /// <inheritdoc cref="ImageFiles"/>
    public IReadOnlyList<string> MaskFiles { get; init; } = [];

    /// <summary>The file of starting tokens; null without.</summary>
    public string? StartingTokensFile { get; init; }

    /// <summary>The size that was asked for, in pixels; null: the model's own.</summary>
    public int? Width { get; init; }

    /// <inheritdoc cref="Width"/>
    public int? Height { get; init; }

    public required SeedPlan Seeds { get; init; }

    public required OutputChoice Output { get; init; }

    /// <summary>Makes the request without prompts and seeds; reads pictures, so it may fail.</summary>
    public required Func<GenerationRequest> CreateRequest { get; init; }

    /// <summary>Rows of the batch: the longest list's length.</summary>
    public int Rows => RowsOf(Prompts, NegativePrompts, ImageFiles, MaskFiles);

    public int ImageCount => Rows * Seeds.ImagesPerPrompt;

    public static int RowsOf(params ReadOnlySpan<IReadOnlyList<string>> lists)
    {
        var rows = 1;
        foreach (var list in lists)
            rows = Math.Max(rows, list.Count);
        return rows;
    }

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

    /// <summary>The whole request.</summary>
    public GenerationRequest ToRequest() => Seeds.Apply(CreateRequest()) with { Prompts = Prompts, NegativePrompts = NegativePrompts };

    /// <exception cref="InvalidRequestException">The model can't make the size that was asked for.</exception>
    public bool CheckSize(int multiple)
    {
        foreach (var (name, side) in new[] { ("--width", Width), ("--height", Height) })
            if (side % multiple is not (0 or null))
                throw new InvalidRequestException($"{name} {side} is not a multiple of {multiple}: {Math.Max(1, (int)side! / multiple) * multiple} is");
        return true;
    }

    /// <exception cref="InvalidRequestException">The lists' lengths don't fit each other.</exception>
    public void CheckRows()
    {
        foreach (var (name, count) in new[] { ("--prompt", Prompts.Count), ("--negative-prompt", NegativePrompts.Count), ("--image", ImageFiles.Count), ("--mask", MaskFiles.Count) })
            if (count > 1 && count != Rows)
                throw new InvalidRequestException($"{name} is given {count} times in a batch of {Rows}: give it once for all, or {Rows} times");
    }
}
