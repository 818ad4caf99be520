using System.Diagnostics;
using Amused.Imaging;
using Amused.Sampling;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>One call from request to result: text states → starting tokens → steps → pictures.</summary>
internal sealed class GenerationRun
{
    private readonly LoadedModels models;
    private readonly GenerationRequest request;
    private readonly CancellationToken cancellation;
    private readonly PromptEncoder encoder;
    private readonly PictureCodec codec;
    private readonly SamplingSettings settings;
    private readonly BatchLayout layout;
    private readonly List<string> notices = [];

    public GenerationRun(LoadedModels models, PromptEncoder encoder, PictureCodec codec, GenerationRequest request, CancellationToken cancellation)
    {
        (this.models, this.encoder, this.codec, this.request, this.cancellation) = (models, encoder, codec, request, cancellation);
        settings = SamplingSettings.Of(request, models.Defaults);
        layout = new(request, RequestRows.Count(request));
    }

    public GenerationResult Run()
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var start = new StartingPoints(models, codec, settings, layout, notices).Of(request);
        var imageEncoding = Lap(clock);
        var denoiser = NewDenoiser(start, out var textEncoding);
        clock.Restart();
        using var batch = new SamplingBatch(start, layout, settings, models.Scheduler.MaskTokenId);
        Sample(batch, denoiser);
        var sampling = Lap(clock);
        var images = Images(batch, start);
        return new(images, new(textEncoding, imageEncoding, sampling, Lap(clock)), notices);
    }

    private TokenDenoiser NewDenoiser(StartingPoint start, out TimeSpan textEncoding)
    {
        var clock = Stopwatch.StartNew();
        var guided = Guidance.IsNeeded(settings.GuidanceScale);
        var (positive, negative) = Embeddings(guided);
        textEncoding = clock.Elapsed;
        var micro = tensor(new float[]
        {
            start.Width, start.Height, request.CropCoordinates.First, request.CropCoordinates.Second, request.AestheticScore,
        }, device: models.Device).unsqueeze(0);
        return new(models.Transformer, Inputs(positive, micro), guided ? Inputs(negative!, micro) : null, layout.RowsOfImages(), settings.GuidanceScale);
    }

    /// <summary>The prompts' states and, under guidance, the negative ones'; words of both go through the text tower together.</summary>
    private (PromptEmbeddings Positive, PromptEmbeddings? Negative) Embeddings(bool guided)
    {
        IReadOnlyList<string> positive = request.PromptEmbeddings is null ? request.Prompts : [];
        IReadOnlyList<string> negative = !guided || request.NegativePromptEmbeddings is not null ? []
            : request.NegativePrompts.Count > 0 ? request.NegativePrompts : [""];
        List<string> words = [.. positive, .. negative];
        var encoded = words.Count == 0 ? null : encoder.Encode(words);
        notices.AddRange(encoded?.Notices ?? []);
        PromptEmbeddings Part(int from, int count) =>
            new([.. encoded!.Pooled.Skip(from).Take(count)], [.. encoded.Hidden.Skip(from).Take(count)], encoded.Positions);
        return (Fit(request.PromptEmbeddings ?? Part(0, positive.Count), "prompt embeddings"),
            guided ? Fit(request.NegativePromptEmbeddings ?? Part(positive.Count, negative.Count), "negative prompt embeddings") : null);
    }

    private PromptEmbeddings Fit(PromptEmbeddings embeddings, string what)
    {
        embeddings.ThrowIfUnfit(what, models.Transformer.Config.CondEmbedDim, models.Transformer.Config.EncoderHiddenSize);
        return embeddings.BroadcastTo(layout.Rows);
    }

    private ConditionInputs Inputs(PromptEmbeddings embeddings, Tensor micro)
    {
        var (pooled, hidden) = embeddings.ToTensors(models.ComputeType, models.Device);
        return new(hidden, pooled, micro.expand(layout.Rows, -1));
    }

    private void Sample(SamplingBatch batch, TokenDenoiser denoiser)
    {
        var (first, count) = (batch.Index, settings.Steps - batch.Index);
        while (!batch.Done)
        {
            using var scope = NewDisposeScope();
            var index = batch.Index;
            batch.Step(denoiser.PredictLogits(batch.Tokens(), cancellation));
            request.OnStep?.Invoke(new(index - first + 1, count, index, StepImages(batch)));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private List<StepImage> StepImages(SamplingBatch batch)
    {
        var mask = models.Scheduler.MaskTokenId;
        return [.. TokenTensors.ToGrids(batch.Tokens()).Zip(
            TokenTensors.ToGrids(batch.Predicted()), (tokens, predicted) => new StepImage(tokens, predicted, [.. tokens.Ids.ToArray().Select(id => id == mask)]))];
    }

    private List<GeneratedImage> Images(SamplingBatch batch, StartingPoint start)
    {
        var tokens = batch.Tokens();
        return [.. TokenTensors.ToGrids(tokens).Select((grid, image) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var generated = new GeneratedImage(layout.RowOf(image), layout.SeedOf(image), grid);
            return request.Output == OutputKind.Tokens ? generated : WithPicture(generated, tokens.narrow(0, image, 1), start);
        })];
    }

    private GeneratedImage WithPicture(GeneratedImage image, Tensor tokens, StartingPoint start)
    {
        var pixels = codec.Decode(tokens);
        var picture = PixelTensors.ToImage(pixels, start.Width, start.Height);
        if (start.Originals.Count > 0)
        {
            T Of<T>(IReadOnlyList<T> list) => list[list.Count == 1 ? 0 : image.PromptIndex];
            picture = MaskCompositor.Composite(Of(start.Originals), picture, Of(start.Masks));
        }
        return image with { Picture = picture, Pixels = request.Output == OutputKind.Pixels ? pixels : null };
    }

    private static TimeSpan Lap(Stopwatch clock)
    {
        var elapsed = clock.Elapsed;
        clock.Restart();
        return elapsed;
    }
}
