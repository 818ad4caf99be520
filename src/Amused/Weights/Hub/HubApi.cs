using System.Net;
using System.Text.Json;

namespace Amused.Weights.Hub;

/// <summary>The hub's routes for one repository: the listing of a revision, a file's headers, a file's address.</summary>
internal sealed class HubApi(HubHttp http, HubSettings settings, string repoId, HubRepository kind)
{
    /// <summary>Far above the largest listings there are; what is longer is no listing.</summary>
    private const int LongestListing = 64 << 20;

    private readonly HubRefusal refusal = new(settings, repoId, kind);

    /// <summary>The commit that a revision stands for, and its files (<c>GET /api/models/ID/revision/REVISION</c>).</summary>
    public async Task<RepoListing> ListAsync(string revision, CancellationToken cancellation)
    {
        var address = Address($"api/{kind.ApiName}/{repoId}/revision/{Uri.EscapeDataString(revision)}");
        using var response = await http.SendAsync(HttpMethod.Get, address, from: 0, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw refusal.Of(response, revision);
        return ReadListing(await http.ReadWholeAsync(response, LongestListing, address.Authority, cancellation).ConfigureAwait(false));
    }

    /// <summary>
    /// A file's hash and size (<c>HEAD /ID/resolve/COMMIT/PATH</c>), as far as the answers say them; its download tells the rest.
    /// </summary>
    public async Task<RemoteFile> DescribeAsync(string commit, string path, CancellationToken cancellation)
    {
        FileHeaders headers = new(settings.Endpoint.Authority);
        using var response = await http.SendAsync(HttpMethod.Head, FileAddress(commit, path), from: 0, cancellation, headers.AddRedirect)
            .ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            headers.AddLast(response);
        else if (!HubHttp.IsRedirect(response) && !SaysNothing(response))
            throw refusal.Of(response, commit, path);
        if (headers.Commit is { } answered && answered != commit)
            throw Nonsense($"answered for another commit of {repoId} ({FileFault.Quote(answered)}) than was asked for ({commit})");
        return headers.Describe(commit, path);
    }

    /// <summary>Where a file's content begins its way (<c>/ID/resolve/COMMIT/PATH</c>).</summary>
    public Uri FileAddress(string commit, string path)
        => Address(
            $"{kind.Prefix}{repoId}/resolve/{Uri.EscapeDataString(commit)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>Explains an answer to a request for a file's content.</summary>
    public HubRequestException Refusal(HttpResponseMessage response, string commit, string path) => refusal.Of(response, commit, path);

    private RepoListing ReadListing(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var commit = json.RootElement.GetProperty("sha").GetString() ?? "";
            var files = json.RootElement.GetProperty("siblings").EnumerateArray()
                .Select(file => file.GetProperty("rfilename").GetString() ?? "").ToArray();
            if (!RepoPath.IsPlainName(commit))
                throw Nonsense($"names no commit for {repoId}");
            if (files.FirstOrDefault(file => !RepoPath.IsSafe(file)) is { } unsafeName)
                throw Nonsense($"lists a file of {repoId} whose name leaves the repository ({FileFault.Quote(unsafeName)}): refused");
            return new RepoListing(commit, files);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Nonsense($"answered for {repoId} with something that is no listing (a proxy's or login page?): check HF_ENDPOINT", e);
        }
    }

    private Uri Address(string path) => new($"{settings.Endpoint.OriginalString.TrimEnd('/')}/{path}");

    private HubRequestException Nonsense(string what, Exception? cause = null)
        => new(HubFailure.Nonsense, $"{settings.Endpoint.Authority} {what}", cause);

    /// <summary>
    /// Whether a refusal is one of HEAD alone: a storage whose signed addresses are good for GET, a gateway that knows no HEAD.
    /// </summary>
    private bool SaysNothing(HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented
            || response.RequestMessage?.RequestUri?.Authority != settings.Endpoint.Authority;
}
