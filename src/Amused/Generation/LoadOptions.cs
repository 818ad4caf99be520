using Amused.Runtime;
using Amused.Weights.Hub;

namespace Amused;

/// <summary>How <see cref="AmusedPipeline.FromPretrained"/> finds and holds a checkpoint.</summary>
public sealed record LoadOptions
{
    /// <summary>The word before the extension of the weight files to read: <c>fp16</c> reads <c>model.fp16.safetensors</c>.</summary>
    /// <value>The default value is null: the plain files.</value>
    public string? Variant { get; init; }

    /// <summary>The arithmetic that the networks run in. Sampling is always in float32.</summary>
    /// <value>
    /// The default value is <see cref="Precision.Auto"/>: the fastest that is safe here, which <see cref="AmusedPipeline.Precision"/>
    /// names. What is to come out the same everywhere, token for token, needs <see cref="Precision.Float32"/>.
    /// </value>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; the latter need a build with CUDA.</summary>
    /// <value>The default value is <c>cpu</c>.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>How a hub id is fetched; its variant is <see cref="Variant"/>.</summary>
    /// <value>The default value is the environment's settings.</value>
    public HubOptions Hub { get; init; } = new();
}
