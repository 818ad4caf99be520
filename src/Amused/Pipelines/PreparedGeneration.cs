using System.Diagnostics;
using Amused.Imaging;
using Amused.Sampling;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>A request between its words and its pictures: the conditions and tokens that it starts with, where its sampling stands, and what it comes to in the end.</summary>
/// <remarks><see cref="Conditional"/> and <see cref="Unconditional"/> belong to the dispose scope in which this is made; the tokens live until <see cref="Dispose"/>.</remarks>
internal sealed class PreparedGeneration : IDisposable
{
    private readonly LoadedModels models;
    private readonly PictureCodec codec;
    private readonly GenerationRequest request;
    private readonly BatchLayout layout;
    private readonly SamplingSettings settings;
    private readonly StartingPoint start;
    private readonly List<string> notices = [];
    private readonly TimeSpan textEncoding, imageEncoding;
    private readonly int firstIndex;

    /// <summary>Checks the request, encodes its pictures and words, and lays out the starting tokens.</summary>
    /// <exception cref="InvalidRequestException">The request asks for what the model can't do, or contradicts itself.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled between two pictures or prompts.</exception>
    public PreparedGeneration(LoadedModels models, PromptEncoder encoder, PictureCodec codec, GenerationRequest request, CancellationToken cancellation)
    {
        (this.models, this.codec, this.request) = (models, codec, request);
        settings = SamplingSettings.Of(request, models.Defaults);
        layout = new(request, RequestRows.Count(request));
        var clock = Stopwatch.StartNew();
        start = new StartingPoints(models, codec, settings, layout, notices, cancellation).Of(request);
        imageEncoding = Lap(clock);
        (Conditional, Unconditional) = Conditions(encoder, cancellation);
        textEncoding = Lap(clock);
        Batch = new(start, layout, settings, models.Scheduler.MaskTokenId);
        firstIndex = Batch.Index;
    }

    /// <summary>What the prompts say, a row for each.</summary>
    public ConditionInputs Conditional { get; }

    /// <summary>What the negative prompts say; null without guidance.</summary>
    public ConditionInputs? Unconditional { get; }

    /// <summary>Where sampling stands.</summary>
    public SamplingBatch Batch { get; }

    /// <summary>The guidance scale.</summary>
    public float GuidanceScale => settings.GuidanceScale;

    /// <summary>How many images there are.</summary>
    public int ImageCount => layout.ImageCount;

    /// <summary>The row of each image.</summary>
    public long[] Rows => layout.RowsOfImages();

    /// <summary>How many steps have run.</summary>
    public int StepsDone => Batch.Index - firstIndex;

    /// <summary>How many steps run in all.</summary>
    public int StepCount => settings.Steps - firstIndex;

    /// <summary>Size of the pictures in pixels.</summary>
    public (int Width, int Height) Size => (start.Width, start.Height);

    /// <summary>Where sampling stands after a step.</summary>
    public StepProgress Progress() => new(StepsDone, StepCount, Batch.Index - 1, StepImages());

    /// <summary>Decodes what was sampled.</summary>
    /// <param name="sampling">How long the steps took.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    public GenerationResult Finish(TimeSpan sampling, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var tokens = Batch.Tokens();
        List<GeneratedImage> images = [.. TokenTensors.ToGrids(tokens).Select((grid, image) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var generated = new GeneratedImage(layout.RowOf(image), layout.SeedOf(image), grid);
            return request.Output == OutputKind.Tokens ? generated : WithPicture(generated, tokens.narrow(0, image, 1));
        })];
        return new(images, new(textEncoding, imageEncoding, sampling, clock.Elapsed), notices) { Precision = models.Precision };
    }

    /// <summary>Frees the tokens.</summary>
    public void Dispose() => Batch.Dispose();

    private (ConditionInputs Conditional, ConditionInputs? Unconditional) Conditions(PromptEncoder encoder, CancellationToken cancellation)
    {
        var guided = Guidance.IsNeeded(settings.GuidanceScale);
        var (positive, negative) = Embeddings(encoder, guided, cancellation);
        var micro = tensor(new float[]
        {
            start.Width, start.Height, request.CropCoordinates.First, request.CropCoordinates.Second, request.AestheticScore,
        }, device: models.Device).unsqueeze(0);
        return (Inputs(positive, micro), guided ? Inputs(negative!, micro) : null);
    }

    /// <summary>The prompts' states and, under guidance, the negative ones'; words of both go through the text tower together.</summary>
    private (PromptEmbeddings Positive, PromptEmbeddings? Negative) Embeddings(PromptEncoder encoder, bool guided, CancellationToken cancellation)
    {
        IReadOnlyList<string> positive = request.PromptEmbeddings is null ? request.Prompts : [];
        IReadOnlyList<string> negative = !guided || request.NegativePromptEmbeddings is not null ? []
            : request.NegativePrompts.Count > 0 ? request.NegativePrompts : [""];
        List<string> words = [.. positive, .. negative];
        var encoded = words.Count == 0 ? null : encoder.Encode(words, cancellation);
        notices.AddRange(encoder.Notices(positive));
        notices.AddRange(encoder.Notices(negative, "a negative prompt"));
        PromptEmbeddings Part(int from, int count) =>
            new([.. encoded!.Pooled.Skip(from).Take(count)], [.. encoded.Hidden.Skip(from).Take(count)], encoded.Positions);
        var wanted = Fit(request.PromptEmbeddings ?? Part(0, positive.Count), "prompt embeddings");
        var unwanted = guided ? Fit(request.NegativePromptEmbeddings ?? Part(positive.Count, negative.Count), "negative prompt embeddings") : null;
        if (unwanted is not null && unwanted.Positions != wanted.Positions)
            throw new InvalidRequestException($"the prompt's states have {wanted.Positions} positions, the negative prompt's {unwanted.Positions}: give both of one length");
        return (wanted, unwanted);
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

    private List<StepImage> StepImages()
    {
        using var scope = NewDisposeScope();
        var mask = models.Scheduler.MaskTokenId;
        return [.. TokenTensors.ToGrids(Batch.Tokens()).Zip(
            TokenTensors.ToGrids(Batch.Predicted()), (tokens, predicted) => new StepImage(tokens, predicted, [.. tokens.Ids.ToArray().Select(id => id == mask)]))];
    }

    private GeneratedImage WithPicture(GeneratedImage image, Tensor tokens)
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
