namespace Amused.Training.Tests.Logging;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualClock : TimeProvider
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);
    private TimeSpan elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(double seconds) => elapsed += TimeSpan.FromSeconds(seconds);

    public override DateTimeOffset GetUtcNow() => Start + elapsed;

    public override long GetTimestamp() => elapsed.Ticks;
}
