namespace Amused.Server;

/// <summary>No more requests are taken at present.</summary>
/// <param name="message">One line.</param>
/// <param name="retryAfter">When to try again.</param>
public abstract class UnavailableException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When to try again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>As many requests wait as may.</summary>
/// <inheritdoc/>
public sealed class QueueFullException(int waiting, TimeSpan retryAfter)
    : UnavailableException($"the queue is full: {waiting} requests wait; try again in {retryAfter.TotalSeconds:0} s", retryAfter);

/// <summary>The server is about to end.</summary>
/// <inheritdoc/>
public sealed class StoppingException() : UnavailableException("the server is about to stop and takes no new requests",
    TimeSpan.FromSeconds(10));
