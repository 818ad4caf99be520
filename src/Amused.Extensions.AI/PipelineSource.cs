
namespace Amused.Extensions.AI;

/// <summary>Where a generator has its pipeline from.</summary>
internal abstract class PipelineSource : IDisposable
{
    /// <summary>The pipeline, loaded.</summary>
    /// <param name="cancellation">Ends the waiting, not the loading, which the next call will need as well.</param>
    public abstract Task<AmusedPipeline> GetAsync(CancellationToken cancellation);

    /// <summary>Frees what was loaded here.</summary>
    public virtual void Dispose() { }
}

/// <summary>A pipeline that someone else has loaded and will dispose of.</summary>
internal sealed class BorrowedPipeline(AmusedPipeline pipeline) : PipelineSource
{
    public override Task<AmusedPipeline> GetAsync(CancellationToken cancellation) => Task.FromResult(pipeline);
}
