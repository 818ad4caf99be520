using Amused.Sampling;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>
/// The images of one call on their way through the steps: one state for all when they share a generator, a state for each otherwise.
/// </summary>
internal sealed class SamplingBatch : IDisposable
{
    private readonly List<SamplingState> states = [];

    public SamplingBatch(StartingPoint start, BatchLayout layout, SamplingSettings settings, int maskTokenId)
    {
        var plan = new SamplingPlan(settings.Steps, settings.Temperature, start.Schedule);
        if (layout.IsShared)
        {
            var random = new RandomStream(layout.SeedOf(0));
            // Noise is drawn once for each input picture, before it is repeated for its images.
            var inputs = AddNoise(cat([.. start.Tokens], 0), start, plan, maskTokenId, random);
            var tokens = cat([.. Enumerable.Range(0, layout.ImageCount).Select(image => inputs.narrow(0, PlaceOf(image, start, layout), 1))], 0);
            Add(tokens, random, start, plan, maskTokenId);
            return;
        }
        for (var image = 0; image < layout.ImageCount; image++)
        {
            var random = new RandomStream(layout.SeedOf(image));
            Add(AddNoise(start.Tokens[PlaceOf(image, start, layout)].clone(), start, plan, maskTokenId, random), random, start, plan, maskTokenId);
        }
    }

    /// <summary>Whether every step has run.</summary>
    public bool Done => states[0].Done;

    /// <summary>The index of the next step.</summary>
    public int Index => states[0].Index;

    /// <summary>(B, H, W): all images' tokens so far; the caller's.</summary>
    public Tensor Tokens() => cat([.. states.Select(state => state.Tokens)], 0);

    /// <summary>(1, H, W): one image's tokens so far, a view.</summary>
    public Tensor TokensOf(int image) => states.Count == 1 ? states[0].Tokens.narrow(0, image, 1) : states[image].Tokens;

    /// <summary>(B, H, W): all images' codes as of the last step; the caller's.</summary>
    public Tensor Predicted() => cat([.. states.Select(state => state.Predicted!)], 0);

    /// <summary>Moves every image on by one step.</summary>
    /// <param name="logits">Of each image, (n, codebook) for its unknown positions, in row-major order.</param>
    public void Step(IReadOnlyList<Tensor> logits)
    {
        using var scope = NewDisposeScope();
        var first = 0;
        foreach (var state in states)
        {
            var count = (int)state.Tokens.shape[0];
            MaskGitSampler.StepUnknown(state, count == 1 ? logits[first] : cat([.. logits.Skip(first).Take(count)], 0));
            first += count;
        }
    }

    public void Dispose() => states.ForEach(state => state.Dispose());

    private void Add(Tensor tokens, RandomStream random, StartingPoint start, SamplingPlan plan, int maskTokenId)
    {
        float[]? shares = null;
        if (start.ScaleByMaskedShare)
        {
            using var scope = NewDisposeScope();
            shares = tokens.eq(maskTokenId).to(ScalarType.Float32).mean([1L, 2L]).data<float>().ToArray();
        }
        states.Add(new(tokens, maskTokenId, plan, random, start.StartIndex, shares));
    }

    private static Tensor AddNoise(Tensor tokens, StartingPoint start, SamplingPlan plan, int maskTokenId, RandomStream random) =>
        start.AddNoise ? MaskGitSampler.AddNoise(tokens, maskTokenId, plan, start.StartIndex - 1, random) : tokens;

    /// <summary>Which of the starting tokens an image begins with.</summary>
    private static int PlaceOf(int image, StartingPoint start, BatchLayout layout) =>
        start.Tokens.Count == 1 ? 0 : start.PerImage ? image : layout.RowOf(image);
}
