using Amused.Cli.Options;
using Amused.Evaluation.DrawnWorld;

namespace Amused.Cli.Running;

/// <summary>What the command line says of an evaluation.</summary>
internal sealed record EvaluationChoice
{
    public required string Reader { get; init; }

    public string? Drawings { get; init; }

    /// <summary>The folder whose pictures are judged; null: a model makes them.</summary>
    public string? From { get; init; }

    /// <summary>How many prompts, or pictures of the folder at most.</summary>
    public required int Prompts { get; init; }

    public required double TwoThings { get; init; }

    public required long Seed { get; init; }

    /// <summary>The settings to compare, at least one.</summary>
    public required IReadOnlyList<PictureSetting> Settings { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>All of a request but prompts, seeds, guidance and steps.</summary>
    public required TextToImageRequest Request { get; init; }

    /// <summary>The model; null where the pictures are there already.</summary>
    public ModelChoice? Model { get; init; }

    public required LoraChoices Loras { get; init; }

    public string? Pictures { get; init; }

    public string? Sheet { get; init; }

    public string? Plot { get; init; }

    public bool Json { get; init; }
}
