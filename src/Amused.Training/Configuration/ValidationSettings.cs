namespace Amused.Training;

/// <summary>
/// What a run is judged by along the way. Pictures are made every so many updates, from the same seeds each time: one grid, a row for each prompt; with one picture a prompt, near
/// a square. The loss on examples that are not trained on is measured at each checkpoint.
/// </summary>
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

    /// <summary>
    /// A folder of encoded shards that are not trained on: at each checkpoint their loss is told, by the share of masked places. Where their pictures have masks, only what
    /// these show counts.
    /// </summary>
    /// <value>The default is null: it isn't measured.</value>
    public string? Data { get; init; }

    /// <summary>How many of these examples, the first ones, ≥ 1.</summary>
    /// <value>The default value is 256.</value>
    public int Examples { get; init; } = 256;

    internal void Validate() => Range.AtLeastOne(("validation.every", Every), ("validation.images_per_prompt", ImagesPerPrompt), ("validation.examples", Examples));
}
