namespace Amused.Training.Configuration;

/// <summary>Pictures that are made every so many updates, from the same seeds each time: one grid, a row for each prompt; with one picture a prompt, near a square.</summary>
public sealed record ValidationSettings
{
    /// <summary>The prompts.</summary>
    /// <value>The default is none: no pictures.</value>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>After how many updates each, ≥ 1.</summary>
    /// <value>The default value is 100.</value>
    public long Every { get; init; } = 100;

    /// <summary>How many pictures for each prompt, ≥ 1.</summary>
    /// <value>The default value is 1.</value>
    public int ImagesPerPrompt { get; init; } = 1;

    /// <summary>The seed of the first picture.</summary>
    /// <value>The default value is 0.</value>
    public long Seed { get; init; }

    internal void Validate() => Range.AtLeastOne(("validation.every", Every), ("validation.images_per_prompt", ImagesPerPrompt));
}
