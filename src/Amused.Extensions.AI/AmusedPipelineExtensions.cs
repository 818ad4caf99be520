using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>From a pipeline to the abstraction.</summary>
[Experimental(Experiments.ImageGeneration)]
public static class AmusedPipelineExtensions
{
    /// <summary>A generator over a loaded pipeline, which stays the caller's.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="modelId">What the model is called in telemetry and in requests.</param>
    /// <returns>A generator to be disposed of before the pipeline.</returns>
    public static IImageGenerator AsIImageGenerator(this AmusedPipeline pipeline, string? modelId = null) =>
        new AmusedImageGenerator(pipeline, modelId);
}
