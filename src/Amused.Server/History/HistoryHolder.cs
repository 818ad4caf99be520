namespace Amused.Server;

/// <summary>The history, if the server keeps one.</summary>
/// <param name="Store">The history; null when nothing is kept.</param>
internal sealed record HistoryHolder(HistoryStore? Store) : IDisposable
{
    public void Dispose() => Store?.Dispose();
}
