using Amused.Images;

namespace Amused.Server;

/// <summary>From the fields of the server's own interface to a job.</summary>
internal sealed class JobRequests(ServerOptions options, GenerationEngine engine, ModelChoices models, HistoryHolder history)
{
    private readonly PictureInput pictures = new(options.Limits);

    public async Task<JobRequest> ReadAsync(JobBody body, CancellationToken cancellation)
    {
        if (body.Unknown is { Count: > 0 } unknown)
            throw new ApiException(400, $"the field {FileFault.Quote(unknown.Keys.First())} is unknown", unknown.Keys.First(), "unknown_parameter");
        if (body.Prompt is null or "" && body.Image is null)
            throw new ApiException(400, "prompt is needed", "prompt", "missing_required_parameter");
        var model = models.Find(body.Model);
        var facts = await engine.FactsAsync(model, cancellation);
        var request = body.Image is null ? FromWords(body, facts, out var size) : FromPicture(body, facts, out size);
        return new(model, Common(request, body, size), size.Width, size.Height, models.Loras(body.Loras)) { Notices = size.Notices };
    }

    private GenerationRequest Common(GenerationRequest request, JobBody body, ChosenSize size) => request with
    {
        Prompts = [(body.Prompt ?? "").Text("prompt", options.Limits.PromptLength)],
        NegativePrompts = body.NegativePrompt is { Length: > 0 } negative ? [negative.Text("negative_prompt", options.Limits.PromptLength)] : [],
        Seed = body.Seed,
        ImagesPerPrompt = body.N.Within("n", 1, options.Limits.Images) ?? 1,
        Steps = body.Steps.Within("steps", 1, options.Limits.Steps),
        GuidanceScale = body.GuidanceScale.Within("guidance_scale", -1e6f, 1e6f),
        Temperature = body.Temperature switch
        {
            null => null,
            [>= 0 and <= 1e6f, >= 0 and <= 1e6f] => new(body.Temperature[0], body.Temperature[1]),
            _ => throw ApiException.Value("temperature", "temperature must be two numbers of at least 0, the first step's and the last's"),
        },
        Width = size.Width,
        Height = size.Height,
        AestheticScore = body.AestheticScore.Within("aesthetic_score", -1e6f, 1e6f) ?? request.AestheticScore,
        CropCoordinates = body.Crop switch
        {
            null => (0, 0),
            [>= 0 and <= 65_536, >= 0 and <= 65_536] => (body.Crop[0], body.Crop[1]),
            _ => throw ApiException.Value("crop", "crop must be two whole numbers from 0 to 65536"),
        },
    };

    private TextToImageRequest FromWords(JobBody body, ModelFacts facts, out ChosenSize size)
    {
        if (body.Mask is not null || body.Strength is not null || body.Composite is not null)
            throw ApiException.Value(body.Mask is not null ? "mask" : body.Strength is not null ? "strength" : "composite", "mask, strength and composite go with an image", "missing_image");
        size = ApiException.Blame("width", () => PictureSizes.Check(body.Width, body.Height, facts, options.Limits));
        return new();
    }

    private GenerationRequest FromPicture(JobBody body, ModelFacts facts, out ChosenSize size)
    {
        if ((body.Width ?? body.Height) is not null)
            throw ApiException.Value("width", "width and height are not given with an image, whose shape is kept");
        var image = ApiException.Blame("image", () => Picture(body.Image!));
        var fit = size = PictureSizes.Fit(image.Width, image.Height, facts);
        RgbImage Resized(RgbImage picture) => (picture.Width, picture.Height) == (fit.Width, fit.Height) ? picture : picture.Resize(fit.Width, fit.Height);
        var strength = body.Strength.Within("strength", 0, 1);
        if (body.Mask is null)
            return new ImageToImageRequest { Images = [Resized(image)], Strength = strength ?? 0.5 };
        var mask = ApiException.Blame("mask", () => pictures.Mask(PictureInput.DataUrl(body.Mask, "mask"), "mask"));
        if ((mask.Width, mask.Height) != (image.Width, image.Height))
            throw ApiException.Value("mask", $"mask is {mask.Width}x{mask.Height}, image {image.Width}x{image.Height}: they must have one size");
        return new InpaintRequest { Images = [Resized(image)], Masks = [Resized(mask)], Strength = strength ?? 1, Composite = body.Composite ?? true };
    }

    private RgbImage Picture(string text)
    {
        if (!RandomName.Is(text))
            return pictures.Picture(PictureInput.DataUrl(text, "image"), "image");
        return history.Store?.Read(text) is { } png ? pictures.Picture(png, "image") : throw new InvalidRequestException("image: there is no such picture in the history");
    }
}
