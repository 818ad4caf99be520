using System.Net;

namespace Amused.Weights.Hub;

/// <summary>
/// Fetches one blob: goes on from what is there (<c>Range</c>), again after a cut for as long as something still arrives, and takes it only
/// when size and hash are the announced ones.
/// </summary>
internal sealed class BlobDownload(HubHttp http, HubApi api, BackOff backOff, string repoId, Action<string>? notice)
{
    private const int BufferSize = 1 << 18;

    /// <summary>Fetches a blob. Call it under the blob's lock.</summary>
    /// <param name="commit">The commit whose file it is.</param>
    /// <param name="file">The file.</param>
    /// <param name="partialPath">Where it grows.</param>
    /// <param name="blobPath">Where it lies once it is whole.</param>
    /// <param name="report">Told how many bytes there are.</param>
    /// <param name="cancellation">Ends the download; what came so far is kept.</param>
    /// <exception cref="BrokenInputException">What arrived isn't what was announced; nothing of it is kept.</exception>
    /// <exception cref="HubRequestException">The connection gave out; what came so far is kept.</exception>
    public async Task FetchAsync(
        string commit, RemoteFile file, string partialPath, string blobPath, Action<long> report, CancellationToken cancellation)
    {
        using var partial = await PartialFile.OpenAsync(partialPath, file, cancellation).ConfigureAwait(false);
        var resumed = partial.Length > 0;
        report(partial.Length);
        await FillAsync(commit, file, partial, report, cancellation).ConfigureAwait(false);
        if (resumed && !partial.Matches())
        {
            // The piece from before may be at fault: once more without it.
            partial.Restart();
            await FillAsync(commit, file, partial, report, cancellation).ConfigureAwait(false);
        }
        if (partial.Matches())
        {
            partial.Complete(blobPath);
            return;
        }
        partial.Discard();
        throw new BrokenInputException(
            $"{repoId}/{file.Path} arrived with another content than announced (its hash is not {file.Blob}): nothing of it was "
            + "kept, try again");
    }

    private async Task FillAsync(string commit, RemoteFile file, PartialFile partial, Action<long> report, CancellationToken cancellation)
    {
        var failures = 0;
        for (var isWhole = partial.Length == file.Size; !isWhole;)
        {
            var before = partial.Length;
            try
            {
                await FetchRestAsync(commit, file, partial, report, cancellation).ConfigureAwait(false);
                isWhole = true;
            }
            catch (HubRequestException e) when (e.Failure is HubFailure.Cut or HubFailure.Busy or HubFailure.Unreachable)
            {
                failures = partial.Length > before ? 1 : failures + 1;
                if (failures >= backOff.Tries)
                    throw;
                await backOff.WaitAsync(failures, e, notice, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// One request, from the hub's own address each time: the storage's, to which it redirects, is valid for minutes only.
    /// </summary>
    private async Task FetchRestAsync(string commit, RemoteFile file, PartialFile partial, Action<long> report,
        CancellationToken cancellation)
    {
        using var response = await http.SendAsync(HttpMethod.Get, api.FileAddress(commit, file.Path), partial.Length, cancellation)
            .ConfigureAwait(false);
        var host = response.RequestMessage?.RequestUri?.Authority ?? "the hub";
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                if (partial.Length > 0)
                    partial.Restart(); // a server that knows no ranges
                break;
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == partial.Length:
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                partial.Restart();
                throw new HubRequestException(HubFailure.Cut, $"{host} sent another part of {repoId}/{file.Path} than was asked for");
            default:
                throw api.Refusal(response, commit, file.Path);
        }
        await CopyAsync(response, host, file, partial, report, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The whole file's size by the answer with its content; null where that doesn't say it, and the end of the answer is the file's.
    /// </summary>
    private static long? SizeIn(HttpResponseMessage response, long from)
        => response.Content.Headers is var headers && headers.ContentRange is { } range ? range.Length : headers.ContentLength + from;

    private async Task CopyAsync(
        HttpResponseMessage response, string host, RemoteFile file, PartialFile partial, Action<long> report,
        CancellationToken cancellation)
    {
        var size = file.Size ?? SizeIn(response, partial.Length);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        int count;
        while ((count = await http.ReadAsync(body, buffer, host, cancellation).ConfigureAwait(false)) > 0)
        {
            if (partial.Length + count > size)
            {
                partial.Discard();
                throw new BrokenInputException(
                    $"{repoId}/{file.Path} arrived longer than announced (more than {size} bytes): nothing of it was kept, try again");
            }
            await partial.AppendAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
            report(partial.Length);
        }
        if (partial.Length < size)
            throw new HubRequestException(HubFailure.Cut, $"{host} ended {repoId}/{file.Path} after {partial.Length} of {size} bytes");
    }
}
