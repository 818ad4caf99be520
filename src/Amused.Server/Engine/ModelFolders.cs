using Amused.Weights.Hub;

namespace Amused.Server;

/// <summary>
/// Finds the folder of a model, and downloads it where it has none: <see cref="HubClient.LocateAsync"/>, or a test's stand-in.
/// </summary>
/// <param name="model">A folder, or an id on the hub.</param>
/// <param name="options">How it is fetched.</param>
/// <param name="cancellation">Ends the download.</param>
internal delegate Task<string> LocateModel(string model, HubOptions options, CancellationToken cancellation);

/// <summary>
/// Where the models lie on this machine. A download runs beside the engine's thread, whose steps must not wait for it. Safe for use by
/// several threads.
/// </summary>
/// <remarks>
/// A model is looked for once: what has been found is used until the server ends, so that all its pictures are of one revision. What failed
/// is tried again when it is next asked for.
/// </remarks>
internal sealed class ModelFolders(ServerOptions options, LocateModel locate) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<string>> searches = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();

    /// <summary>Looks for a model's folder; all who ask meanwhile share the search.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellation">Ends the waiting; the search goes on, as others may wait for it too.</param>
    /// <exception cref="BrokenInputException">It can't be found or downloaded.</exception>
    public Task<string> FindAsync(string id, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (!searches.TryGetValue(id, out var search) || search is { IsCompleted: true, IsCompletedSuccessfully: false })
                searches[id] = search = Task.Run(() =>
                    locate(options.Models.First(entry => entry.Id == id).Source,
                        options.Loading.Hub with { Variant = options.Loading.Variant }, stop.Token));
            return search.WaitAsync(cancellation);
        }
    }

    /// <summary>The folder of a model that has been found.</summary>
    /// <exception cref="InvalidOperationException">It hasn't been.</exception>
    public string this[string id]
    {
        get
        {
            lock (gate)
                return searches.GetValueOrDefault(id) is { IsCompletedSuccessfully: true } found
                    ? found.Result
                    : throw new InvalidOperationException($"The model {id} is to be loaded before its folder is known.");
        }
    }

    /// <summary>Gives downloads up; what has come of them is kept for the next start.</summary>
    public void Dispose() => stop.Cancel();
}
