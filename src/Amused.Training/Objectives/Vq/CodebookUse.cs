using Amused.Networks.Vqgan;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Watches which codes are used, and puts recent outputs of the encoder in the place of those that no longer are (Dhariwal et al., 2020, section 3.1): a code that is
/// nobody's nearest gets no gradient, and would stay useless for good.
/// </summary>
internal sealed class CodebookUse : ITrainingState, IDisposable
{
    /// <summary>How slowly <see cref="shares"/> follows.</summary>
    private const double Memory = 0.98;

    private readonly VectorQuantizer quantizer;
    private readonly long reviveAfter;
    private readonly long seed;
    private readonly Tensor shares, lastUsed, recent, steps, filled;

    public CodebookUse(VectorQuantizer quantizer, long reviveAfter, long seed)
    {
        (this.quantizer, this.reviveAfter, this.seed) = (quantizer, reviveAfter, seed);
        var (codes, width) = (quantizer.Codebook.shape[0], quantizer.Codebook.shape[1]);
        shares = zeros(codes, ScalarType.Float32).DetachFromDisposeScope();
        lastUsed = zeros(codes, ScalarType.Int64).DetachFromDisposeScope();
        recent = zeros([codes, width], ScalarType.Float32).DetachFromDisposeScope();
        steps = zeros(1, ScalarType.Int64).DetachFromDisposeScope();
        filled = zeros(1, ScalarType.Int64).DetachFromDisposeScope();
    }

    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        [new("shares", shares), new("last_used", lastUsed), new("recent", recent), new("steps", steps), new("filled", filled)];

    /// <summary>How many codes were used within the last <c>reviveAfter</c> steps (100 where nothing is revived).</summary>
    public long UsedCodes => IsUsed().sum().item<long>();

    /// <summary>e to the entropy of the codes' recent shares: as many codes as that, evenly used, would say as much.</summary>
    public double Perplexity
    {
        get
        {
            using var scope = NewDisposeScope();
            var share = shares / shares.sum().clamp(1e-12);
            return Math.Exp(-(share * share.clamp(1e-12).log()).sum().item<float>());
        }
    }

    /// <summary>Counts a step's codes, keeps some of its latents, and revives the dead when it is time.</summary>
    /// <param name="ids">(B, h, w) int64.</param>
    /// <param name="latents">(B, D, h, w).</param>
    /// <returns>How many codes were revived.</returns>
    public long Observe(Tensor ids, Tensor latents)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        steps.add_(1);
        Count(ids.flatten().cpu());
        Keep(latents.detach().permute(0, 2, 3, 1).reshape(-1, latents.shape[1]).to(ScalarType.Float32).cpu());
        var now = steps.item<long>();
        return reviveAfter > 0 && now % reviveAfter == 0 ? Revive(now) : 0;
    }

    /// <summary>Forgets everything: the codebook is a new one.</summary>
    public void Reset()
    {
        foreach (var (_, tensor) in State)
            tensor.zero_();
    }

    public void Dispose()
    {
        foreach (var (_, tensor) in State)
            tensor.Dispose();
    }

    private void Count(Tensor ids)
    {
        var counts = ids.bincount(null, shares.shape[0]).to(ScalarType.Float32);
        shares.mul_(Memory).add_(counts * ((1 - Memory) / ids.numel()));
        lastUsed.masked_fill_(counts.gt(0), steps.item<long>());
    }

    /// <summary>Fills a ring of as many latents as there are codes, a part of it in each step.</summary>
    private void Keep(Tensor latents)
    {
        var (room, now) = (recent.shape[0], filled.item<long>());
        using Generator generator = new((ulong)(seed ^ steps.item<long>()));
        var count = Math.Min(Math.Max(1, room / 8), latents.shape[0]);
        var rows = latents.index_select(0, randperm(latents.shape[0], generator: generator).narrow(0, 0, count));
        recent.index_copy_(0, (arange(count, ScalarType.Int64) + now).remainder(room), rows);
        filled.add_(count);
    }

    private Tensor IsUsed()
    {
        var since = steps.item<long>() - (reviveAfter > 0 ? reviveAfter : 100);
        return lastUsed.gt(Math.Max(since, 0));
    }

    private long Revive(long now)
    {
        var dead = IsUsed().logical_not().nonzero().view(-1);
        var kept = Math.Min(filled.item<long>(), recent.shape[0]);
        var count = Math.Min(dead.numel(), kept);
        if (count == 0)
            return 0;
        using Generator generator = new((ulong)(seed ^ now));
        var places = dead.narrow(0, 0, count);
        var rows = recent.index_select(0, randperm(kept, generator: generator).narrow(0, 0, count));
        var codebook = quantizer.Codebook.detach();
        codebook.index_copy_(0, places.to(codebook.device), rows.to(codebook.device).to(codebook.dtype));
        lastUsed.index_fill_(0, places, now);
        return count;
    }
}
