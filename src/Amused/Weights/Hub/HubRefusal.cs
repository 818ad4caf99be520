using System.Net;

namespace Amused.Weights.Hub;

/// <summary>What an answer that isn't a success means, in one line for the user.</summary>
/// <remarks>
/// The hub names the cause in <c>X-Error-Code</c>. Without a token it answers 401, not 404, for a repository that doesn't exist, so as not
/// to tell whether there is a private one.
/// </remarks>
internal sealed class HubRefusal(HubSettings settings, string repoId, HubRepository kind)
{
    private string Host => settings.Endpoint.Authority;

    /// <summary>Explains an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="revision">The revision that was asked for.</param>
    /// <param name="file">The file that was asked for; null for the repository itself.</param>
    public HubRequestException Of(HttpResponseMessage response, string revision, string? file = null)
    {
        var status = response.StatusCode;
        var code = FileHeaders.Header(response, "X-Error-Code");
        if (status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500)
            return Busy(response, file);
        if (response.RequestMessage?.RequestUri is { } asked && asked.Authority != Host)
            return new(HubFailure.Nonsense,
                $"{asked.Authority}, where {Host} keeps {(file is null ? repoId : $"{repoId}/{file}")}, answered "
                + $"{(int)status}{Reason(response)}: try again later");
        if (code == "GatedRepo")
            return new(HubFailure.Refused,
                $"{repoId} is gated: accept its terms at {settings.Endpoint.OriginalString}/{kind.Prefix}{repoId} and set HF_TOKEN to "
                + "a token of that account");
        if (code == "RevisionNotFound")
            return NoRevision(revision);
        if (code == "EntryNotFound")
            return new(HubFailure.Nonsense, $"{repoId} lists the file {file} but has none of that name at {revision}");
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Refused(status, response),
            HttpStatusCode.NotFound when file is not null =>
                new(HubFailure.Nonsense, $"{repoId} lists the file {file} but has none of that name at {revision}"),
            HttpStatusCode.NotFound when code == "RepoNotFound" || revision == HubRevision.Default
                => new(HubFailure.NoRepository, $"there is no {kind.Noun} {repoId} on {Host}: check the name"),
            HttpStatusCode.NotFound => NoRevision(revision),
            _ => new(HubFailure.Nonsense,
                $"{Host} answered {(int)status} for {(file is null ? repoId : $"{repoId}/{file}")}{Reason(response)}: is it the hub "
                + "(HF_ENDPOINT)?"),
        };
    }

    private HubRequestException NoRevision(string revision)
        => new(HubFailure.NoRevision,
            $"{repoId} has no revision {FileFault.Quote(revision)} on {Host}: name a branch, a tag or a commit, or leave it out for "
            + $"{HubRevision.Default}");

    private HubRequestException Refused(HttpStatusCode status, HttpResponseMessage response)
    {
        if (settings.Token is null)
            return new(HubFailure.Refused,
                $"{Host} shows no {kind.Noun} {repoId} without a token: check the name, or set HF_TOKEN to a token that may read it if "
                + "it is private or gated");
        if (status == HttpStatusCode.Unauthorized)
            return new(HubFailure.Refused,
                $"{Host} does not accept the token (HF_TOKEN) for {repoId}: make a new one at "
                + $"{settings.Endpoint.OriginalString}/settings/tokens");
        return new(HubFailure.Refused, $"the token (HF_TOKEN) may not read {repoId} on {Host}{Reason(response)}: set it to one that may");
    }

    private HubRequestException Busy(HttpResponseMessage response, string? file)
    {
        var wait = RetryWait.Of(response);
        var host = response.RequestMessage?.RequestUri?.Authority ?? Host;
        var about = file is null ? repoId : $"{repoId}/{file}";
        var message = response.StatusCode == HttpStatusCode.TooManyRequests
            ? $"{host} takes no more requests for now: try {about} again "
                + $"{(wait is { } w ? $"in {Math.Ceiling(w.TotalSeconds):0} s" : "in a few minutes")}{(settings.Token is null ? ", or set HF_TOKEN: who is known may ask more often" : "")}"
            : $"{host} has a fault (it answered {(int)response.StatusCode} for {about}{Reason(response)}): try again later";
        return new(HubFailure.Busy, message) { RetryAfter = wait };
    }

    private static string Reason(HttpResponseMessage response)
        => FileHeaders.Header(response, "X-Error-Message") is { } reason ? $" ({FileFault.Quote(reason)})" : "";
}
