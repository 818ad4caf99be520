namespace Amused.Server;

/// <summary>How much of the history is kept; the oldest pictures go first.</summary>
public sealed record RetentionLimits
{
    /// <summary>The most pictures.</summary>
    /// <value>The default value is null: no limit.</value>
    public int? Pictures { get; init; }

    /// <summary>The most bytes of their files.</summary>
    /// <value>The default value is null: no limit.</value>
    public long? Bytes { get; init; }

    /// <summary>How old they may become.</summary>
    /// <value>The default value is null: no limit.</value>
    public TimeSpan? Age { get; init; }
}
