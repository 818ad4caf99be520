using System.Text.Json.Serialization;

namespace Amused.Sampling;

/// <summary><c>scheduler/scheduler_config.json</c>.</summary>
public sealed record MaskingSchedulerConfig
{
    /// <summary>The id that stands where no token is known; the last used one of the U-ViT's vocabulary.</summary>
    public required int MaskTokenId { get; init; }

    /// <summary>How the share of masked tokens falls from step to step.</summary>
    public MaskingSchedule MaskingSchedule { get; init; } = MaskingSchedule.Cosine;
}

/// <summary>How the share of masked tokens falls with the share r of steps done (MaskGIT, section 3.3).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskingSchedule>))]
public enum MaskingSchedule
{
    /// <summary>cos(r·π/2): few tokens at first, many at the end.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,

    /// <summary>1 − r.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,
}
