namespace Amused.Cli.Bench;

/// <summary>How long each part of the work took, in seconds; null where that isn't known.</summary>
internal sealed record StageFigures
{
    /// <summary>From a folder to a pipeline that is ready, in a process that has just started; the files are in the system's cache where they were read before.</summary>
    public Figure? Load { get; init; }

    /// <summary>The text tower, for all prompts of a call.</summary>
    public Figure? Text { get; init; }

    /// <summary>One step of the U-ViT and the sampler, for all pictures of a call: the mean of a call's steps, which need not all be alike.</summary>
    public Figure? Step { get; init; }

    /// <summary>The VQ decoder, for all pictures of a call.</summary>
    public Figure? Decoder { get; init; }

    /// <summary>A whole call, from words to the pixels of all its pictures, by a model that is loaded.</summary>
    public Figure? Whole { get; init; }
}
