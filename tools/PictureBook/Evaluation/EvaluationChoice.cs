using Amused.Sampling;

namespace PictureBook.Evaluation;

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

    /// <summary>How much noise the choice of positions gets; null: the model's own.</summary>
    public TemperatureRange? Temperature { get; init; }

    /// <summary>The model's folder or hub id.</summary>
    public required string Model { get; init; }

    /// <summary>How the model is loaded.</summary>
    public required LoadOptions Load { get; init; }

    public required IReadOnlyList<LoraChoice> Loras { get; init; }

    public string? Pictures { get; init; }

    public string? Sheet { get; init; }

    public string? Plot { get; init; }

    public bool Json { get; init; }
}
