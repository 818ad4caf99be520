namespace Amused.Weights.Hub;

/// <summary>When to try again, and when no more.</summary>
/// <param name="Tries">How many tries without any progress are enough.</param>
/// <param name="First">The wait after the first failure where the server says none; each further one doubles it.</param>
/// <param name="Longest">The longest wait that a server may ask for; who asks for more is not asked again.</param>
internal sealed record BackOff(int Tries, TimeSpan First, TimeSpan Longest)
{
    /// <summary>
    /// Five tries, after 1, 2, 4 and 8 seconds, or as long as the server asks for: up to six minutes, since the hub counts requests over
    /// five.
    /// </summary>
    public static BackOff Default { get; } = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(6));

    /// <summary>One try.</summary>
    public static BackOff None { get; } = new(1, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>What waits.</summary>
    public Func<TimeSpan, CancellationToken, Task> Delay { get; init; } = Task.Delay;

    /// <summary>Waits before the next try.</summary>
    /// <param name="failures">How many tries have failed in a row.</param>
    /// <param name="failure">The last of them.</param>
    /// <param name="notice">Told of the failure and the wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="HubRequestException">The server asks for a longer wait than is kept.</exception>
    public Task WaitAsync(int failures, HubRequestException failure, Action<string>? notice, CancellationToken cancellation)
    {
        if (failure.RetryAfter > Longest)
            throw new HubRequestException(failure.Failure, $"{failure.Message} ({Bound})", failure);
        var wait = failure.RetryAfter ?? First * Math.Pow(2, failures - 1);
        notice?.Invoke($"{failure.Message}; trying again in {Seconds(wait)}{(failure.RetryAfter is null ? "" : $" ({Bound})")}");
        return Delay(wait, cancellation);
    }

    /// <summary>Makes a request, again when it was cut or the server was busy.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> request, Action<string>? notice, CancellationToken cancellation)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await request().ConfigureAwait(false);
            }
            catch (HubRequestException e) when (e.Failure is HubFailure.Cut or HubFailure.Busy && failures < Tries)
            {
                await WaitAsync(failures, e, notice, cancellation).ConfigureAwait(false);
            }
        }
    }

    private string Bound => $"the longest wait that is kept is {Seconds(Longest)}";

    private static string Seconds(TimeSpan time) => $"{Math.Ceiling(time.TotalSeconds):0} s";
}
