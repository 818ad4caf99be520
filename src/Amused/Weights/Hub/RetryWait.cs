using System.Globalization;
using System.Text.RegularExpressions;

namespace Amused.Weights.Hub;

/// <summary>How long an answer asks to be left alone.</summary>
internal static partial class RetryWait
{
    /// <summary>
    /// The wait that <c>Retry-After</c> says, in seconds or as a date (RFC 9110, 10.2.3); else the one until the limit is lifted, by the
    /// hub's <c>RateLimit: "api";r=0;t=123</c> (draft-ietf-httpapi-ratelimit-headers-09) or the <c>RateLimit-Reset: 123</c> of older
    /// drafts; else null.
    /// </summary>
    /// <remarks>A date is taken against the answer's own, as clocks differ.</remarks>
    public static TimeSpan? Of(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        return after?.Delta
            ?? NotNegative(after?.Date - (response.Headers.Date ?? DateTimeOffset.UtcNow))
            ?? Lifted(FileHeaders.Header(response, "RateLimit"))
            ?? Seconds(FileHeaders.Header(response, "RateLimit-Reset"));
    }

    /// <summary>
    /// Of several limits the last one to be lifted among those that are used up; where none says that it is, the last of all.
    /// </summary>
    private static TimeSpan? Lifted(string? header)
    {
        var limits = (header ?? "").Split(',').Select(limit => (IsUsedUp: UsedUp().IsMatch(limit), Wait: Wait(limit))).ToList();
        return limits.Where(limit => limit.IsUsedUp).Max(limit => limit.Wait) ?? limits.Max(limit => limit.Wait);

        static TimeSpan? Wait(string limit) => Seconds(UntilReset().Match(limit).Groups[1].Value);
    }

    private static TimeSpan? Seconds(string? text)
        => int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static TimeSpan? NotNegative(TimeSpan? wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait;

    [GeneratedRegex(@";\s*t=(\d+)")]
    private static partial Regex UntilReset();

    [GeneratedRegex(@";\s*r=0\b")]
    private static partial Regex UsedUp();
}
