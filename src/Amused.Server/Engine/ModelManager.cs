using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Amused.Server;

/// <summary>
/// The models that can be asked for, and which of them are in memory, within the limit. Changed by the engine's thread alone; what it tells
/// may be read by any.
/// </summary>
internal sealed partial class ModelManager(ServerOptions options, ModelFolders folders, ServerMetrics metrics,
    ILogger<ModelManager> logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LoadedModel> loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelFacts> known = new(StringComparer.Ordinal);
    private long round;

    /// <summary>All models, the one for requests that name none first.</summary>
    public IReadOnlyList<ModelEntry> Entries => options.Models;

    /// <summary>The models that are in memory.</summary>
    public IReadOnlyList<LoadedModel> Loaded
    {
        get
        {
            lock (gate)
                return [.. loaded.Values];
        }
    }

    /// <summary>What is known of a model; null when it was never loaded. One that is too large is known too.</summary>
    public ModelFacts? FactsOf(string id)
    {
        lock (gate)
            return known.GetValueOrDefault(id);
    }

    /// <summary>Whether a model has been in memory, as it can be again.</summary>
    public bool WasLoaded(string id) => FactsOf(id) is { } facts && !IsTooLarge(facts);

    public bool IsLoaded(string id)
    {
        lock (gate)
            return loaded.ContainsKey(id);
    }

    /// <summary>The model in memory, which it is brought into from its folder, which has been found before, if there is room.</summary>
    /// <returns>The model; null when it has to wait until a busy one can go.</returns>
    /// <exception cref="BrokenInputException">It can't be loaded, or is larger than the limit.</exception>
    public LoadedModel? Get(string id, CancellationToken cancellation)
    {
        if (Find(id) is not { } model)
        {
            if (FactsOf(id) is { } facts)
            {
                // No room that others make will ever do.
                ThrowIfTooLarge(id, facts);
                if (!MakeRoom(id, facts.Bytes))
                    return null;
            }
            model = Load(id, cancellation);
            // A model whose size wasn't known has been loaded beside the others: now it is.
            if (!MakeRoom(id, 0))
            {
                Remove(model);
                return null;
            }
        }
        model.LastUse = ++round;
        return model;
    }

    /// <summary>Takes a model out of memory.</summary>
    /// <returns>Whether it is out; false when it is at work.</returns>
    public bool Unload(string id)
    {
        if (Find(id) is not { } model)
            return true;
        if (!model.IsIdle)
            return false;
        Remove(model);
        return true;
    }

    public void Dispose()
    {
        foreach (var model in Loaded)
            Remove(model);
    }

    private LoadedModel? Find(string id)
    {
        lock (gate)
            return loaded.GetValueOrDefault(id);
    }

    private LoadedModel Load(string id, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        // The revision has chosen the folder, which itself has none.
        var loading = options.Loading with { Hub = options.Loading.Hub with { Revision = null } };
        var pipeline = AmusedPipeline.FromPretrained(folders[id], loading, cancellation);
        var model = new LoadedModel(id, pipeline, metrics, options.BatchLimit);
        LogLoaded(id, clock.Elapsed.TotalSeconds, model.Facts.Bytes >> 20);
        lock (gate)
            (loaded[id], known[id]) = (model, model.Facts);
        if (IsTooLarge(model.Facts))
            Remove(model);
        ThrowIfTooLarge(id, model.Facts);
        return model;
    }

    private bool IsTooLarge(ModelFacts facts) => facts.Bytes > options.MemoryLimit;

    private void ThrowIfTooLarge(string id, ModelFacts facts)
    {
        if (IsTooLarge(facts))
            throw new BrokenInputException(
                $"the model {id} takes {facts.Bytes >> 20} MiB; the server's limit is {options.MemoryLimit >> 20} MiB");
    }

    /// <summary>Lets idle models go until so many more bytes fit.</summary>
    private bool MakeRoom(string id, long bytes)
    {
        while (options.MemoryLimit is { } limit && Loaded.Sum(model => model.Facts.Bytes) + bytes > limit)
        {
            if (Loaded.Where(model => model.IsIdle && model.Id != id).MinBy(model => model.LastUse) is not { } idle)
                return false;
            Remove(idle);
        }
        return true;
    }

    private void Remove(LoadedModel model)
    {
        lock (gate)
            loaded.Remove(model.Id);
        model.Dispose();
        LogUnloaded(model.Id);
    }

    [LoggerMessage(LogLevel.Information, "Model {Model} loaded in {Seconds:0.0} s; its weights take {MiB} MiB")]
    private partial void LogLoaded(string model, double seconds, long miB);

    [LoggerMessage(LogLevel.Information, "Model {Model} unloaded")]
    private partial void LogUnloaded(string model);
}
