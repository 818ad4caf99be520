namespace Amused.Weights.Hub;

/// <summary>When to try again, and when no more.</summary>
/// <param name="Tries">How many tries without any progress are enough.</param>
/// <param name="First">The wait after the first failure; each further one doubles it.</param>
/// <param name="Longest">The longest wait, also when the server asks for more.</param>
internal sealed record BackOff(int Tries, TimeSpan First, TimeSpan Longest)
{
    /// <summary>Five tries, after 1, 2, 4 and 8 seconds; up to half a minute when the server asks for it.</summary>
    public static BackOff Default { get; } = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>One try.</summary>
    public static BackOff None { get; } = new(1, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Waits before the next try.</summary>
    /// <param name="failures">How many tries have failed in a row.</param>
    /// <param name="failure">The last of them.</param>
    /// <param name="notice">Told of the failure and the wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task WaitAsync(int failures, HubRequestException failure, Action<string>? notice, CancellationToken cancellation)
    {
        var wait = failure.RetryAfter ?? First * Math.Pow(2, failures - 1);
        wait = wait < Longest ? wait : Longest;
        notice?.Invoke($"{failure.Message}; trying again in {Math.Ceiling(wait.TotalSeconds):0} s");
        return Task.Delay(wait, cancellation);
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
}
