using Amused.Images;

namespace Amused.Server;

/// <summary>Something that happened to a job.</summary>
public abstract record JobEvent
{
    /// <summary>Its steps begin.</summary>
    public sealed record Started : JobEvent;

    /// <summary>A step has run.</summary>
    /// <param name="Progress">Tokens and what is still masked, of each image.</param>
    /// <param name="Previews">Each image as it would be if all that the step drew stayed; empty where no listener wants to see it.</param>
    /// <param name="SecondsLeft">How long the other steps will take, about.</param>
    public sealed record Stepped(StepProgress Progress, IReadOnlyList<RgbImage> Previews, double SecondsLeft) : JobEvent;

    /// <summary>Its pictures are there.</summary>
    /// <param name="Result">The pictures.</param>
    public sealed record Finished(JobResult Result) : JobEvent;

    /// <summary>It failed.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Failed(Exception Cause) : JobEvent;

    /// <summary>It was cancelled.</summary>
    public sealed record Cancelled : JobEvent;
}
