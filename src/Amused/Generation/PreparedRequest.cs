using System.Diagnostics;
using Amused.Networks;
using Amused.Sampling;

namespace Amused;

/// <summary>A request that has been checked, its words and pictures encoded: all that its steps and its pictures need.</summary>
internal sealed class PreparedRequest
{
    private PreparedRequest(GenerationRequest request, ImageLayout layout, SamplingSettings settings, StartingPoint start,
        PromptRows prompts)
    {
        (Request, Layout, Settings, Start, Prompts) = (request, layout, settings, start, prompts);
        MicroConditions =
        [
            start.Width, start.Height, request.CropCoordinates.First, request.CropCoordinates.Second, request.AestheticScore,
        ];
    }

    /// <summary>The request.</summary>
    public GenerationRequest Request { get; }

    /// <summary>Which image answers which row.</summary>
    public ImageLayout Layout { get; }

    /// <summary>Steps, guidance and temperature.</summary>
    public SamplingSettings Settings { get; }

    /// <summary>Where sampling starts.</summary>
    public StartingPoint Start { get; }

    /// <summary>What the prompts say.</summary>
    public PromptRows Prompts { get; }

    /// <summary>Width, height, two crop coordinates and the aesthetic score.</summary>
    public IReadOnlyList<float> MicroConditions { get; }

    /// <summary>What the user should know, a line each.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>How long the text tower took.</summary>
    public required TimeSpan TextEncoding { get; init; }

    /// <summary>How long the VQ encoder took.</summary>
    public required TimeSpan ImageEncoding { get; init; }

    /// <summary>Checks a request, and encodes its pictures and words.</summary>
    /// <exception cref="InvalidRequestException">The request asks for what the model can't do, or contradicts itself.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled between two pictures or prompts.</exception>
    public static PreparedRequest Of(
        GenerationRequest request, LoadedModels models, PromptEncoder encoder, IPictureCodec codec, CancellationToken cancellation)
    {
        var settings = SamplingSettings.Of(request, models.Defaults);
        var layout = new ImageLayout(request);
        List<string> notices = [];
        var clock = Stopwatch.StartNew();
        var start = new StartingPoints(models, codec, settings, layout, notices, cancellation).Of(request);
        var imageEncoding = clock.Elapsed;
        clock.Restart();
        var config = models.Transformer.Config;
        var prompts = PromptRows.Of(
            request, layout.Rows, Guidance.IsNeeded(settings.GuidanceScale), encoder, (config.CondEmbedDim, config.EncoderHiddenSize),
            notices, cancellation);
        return new(request, layout, settings, start, prompts) { Notices = notices, ImageEncoding = imageEncoding,
            TextEncoding = clock.Elapsed };
    }

    /// <summary>The state that sampling starts with: one for all images when they share a generator, one for each otherwise.</summary>
    public IReadOnlyList<SamplingState> StartingStates(int maskTokenId)
    {
        SamplingPlan plan = new(Settings.Steps, Settings.Temperature, Start.Schedule);
        var images = Enumerable.Range(0, Layout.ImageCount).ToList();
        if (!Layout.IsShared)
        {
            return images.ConvertAll(image =>
            {
                RandomStream random = new(Layout.SeedOf(image));
                return State([Noisy(Start.TokensOf(image, Layout), random)], random);
            });
        }
        RandomStream shared = new(Layout.SeedOf(0));
        // Noise is drawn once for each input picture, before it is repeated for its images.
        var start = Start with { Tokens = [.. Start.Tokens.Select(tokens => Noisy(tokens, shared))] };
        return [State([.. images.Select(image => start.TokensOf(image, Layout))], shared)];

        TokenGrid Noisy(TokenGrid tokens, RandomStream random) =>
            Start.AddNoise ? MaskGitSampler.AddNoise(tokens, maskTokenId, plan, Start.StartIndex - 1, random) : tokens;

        SamplingState State(IReadOnlyList<TokenGrid> tokens, RandomStream random) =>
            new(tokens, maskTokenId, plan, random, Start.StartIndex, Start.ScaleByMaskedShare ? [.. tokens.Select(MaskedShare)] : null);

        float MaskedShare(TokenGrid tokens) => (float)MaskGitSampler.Unknown(tokens, maskTokenId).Length / tokens.Ids.Length;
    }
}
