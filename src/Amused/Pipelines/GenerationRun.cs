using System.Diagnostics;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>One call from request to result: text states → starting tokens → steps → pictures.</summary>
internal sealed class GenerationRun(LoadedModels models, PromptEncoder encoder, PictureCodec codec, GenerationRequest request, CancellationToken cancellation)
{
    public GenerationResult Run()
    {
        using var scope = NewDisposeScope();
        using var generation = new PreparedGeneration(models, encoder, codec, request, cancellation);
        var denoiser = new TokenDenoiser(models.Transformer, generation.Conditional, generation.Unconditional, generation.Rows, generation.GuidanceScale, models.Scheduler.MaskTokenId);
        var clock = Stopwatch.StartNew();
        while (!generation.Batch.Done)
            Step(generation, denoiser);
        return generation.Finish(clock.Elapsed, cancellation);
    }

    private void Step(PreparedGeneration generation, TokenDenoiser denoiser)
    {
        using var scope = NewDisposeScope();
        generation.Batch.Step(denoiser.PredictLogits(generation.Batch.Tokens(), cancellation));
        request.OnStep?.Invoke(generation.Progress());
        cancellation.ThrowIfCancellationRequested();
    }
}
