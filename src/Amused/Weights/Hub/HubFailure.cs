namespace Amused.Weights.Hub;

/// <summary>Why a request to the hub gave nothing.</summary>
internal enum HubFailure
{
    /// <summary>No connection: no such host, refused, or no trust in its certificate.</summary>
    Unreachable,

    /// <summary>The connection broke, stood still, or ended too early: trying again may help.</summary>
    Cut,

    /// <summary>The server has too much to do, or a fault (408, 429, 5xx): trying again may help.</summary>
    Busy,

    /// <summary>The token is missing, or not good enough (401, 403).</summary>
    Refused,

    /// <summary>There is no such repository.</summary>
    NoRepository,

    /// <summary>The repository has no such revision.</summary>
    NoRevision,

    /// <summary>An answer that the hub would not give.</summary>
    Nonsense,
}

/// <summary>
/// A request to the hub gave nothing. Never leaves this folder: <see cref="HubClient"/> turns it into a <see cref="BrokenInputException"/>
/// or falls back to the cache.
/// </summary>
internal sealed class HubRequestException(HubFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public HubFailure Failure => failure;

    /// <summary>How long the server asks to wait before another try; null when it doesn't say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
