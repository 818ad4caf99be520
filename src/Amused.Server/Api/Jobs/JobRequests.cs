using Amused.Images;

namespace Amused.Server;

/// <summary>From the fields of the server's own interface to a job.</summary>
internal sealed class JobRequests(ServerOptions options, GenerationEngine engine, ModelChoices models, HistoryHolder history)
{
    private readonly PictureInput pictures = new(options.Limits);
    private readonly SettingFields fields = JobBody.Fields(options.Limits);

    public async Task<JobRequest> ReadAsync(JobBody body, CancellationToken cancellation)
    {
        fields.Check(body.Settings);
        if (body.Prompt is null or "" && body.Image is null)
            throw new ApiException(400, "prompt is needed", "prompt", "missing_required_parameter");
        var model = models.Find(body.Model);
        var facts = await engine.FactsAsync(model, cancellation);
        var request = body.Image is null ? FromWords(body, facts, out var size) : FromPicture(body, facts, out size);
        return new(model, request with
        {
            Prompts = [(body.Prompt ?? "").Text("prompt", options.Limits.PromptLength)],
            NegativePrompts = body.NegativePrompt is { Length: > 0 } words ? [words.Text("negative_prompt", options.Limits.PromptLength)] : [],
            Width = size.Width,
            Height = size.Height,
        }, size.Width, size.Height, models.Loras(body.Loras)) { Notices = size.Notices };
    }

    private GenerationRequest FromWords(JobBody body, ModelFacts facts, out ChosenSize size)
    {
        if (body.Mask is not null)
            throw ApiException.Value("mask", "mask goes with an image", "missing_image");
        var request = fields.Apply(new TextToImageRequest(), body.Settings);
        size = ApiException.Blame("width", () => PictureSizes.Check(request.Width, request.Height, facts, options.Limits));
        return request;
    }

    private GenerationRequest FromPicture(JobBody body, ModelFacts facts, out ChosenSize size)
    {
        var image = ApiException.Blame("image", () => Picture(body.Image!));
        var fit = size = PictureSizes.Fit(image.Width, image.Height, facts);
        RgbImage Resized(RgbImage picture) => (picture.Width, picture.Height) == (fit.Width, fit.Height) ? picture : picture.Resize(fit.Width, fit.Height);
        if (body.Mask is null)
            return fields.Apply(new ImageToImageRequest { Images = [Resized(image)] }, body.Settings);
        var mask = ApiException.Blame("mask", () => pictures.Mask(PictureInput.DataUrl(body.Mask, "mask"), "mask"));
        if ((mask.Width, mask.Height) != (image.Width, image.Height))
            throw ApiException.Value("mask", $"mask is {mask.Width}x{mask.Height}, image {image.Width}x{image.Height}: they must have one size");
        return fields.Apply(new InpaintRequest { Images = [Resized(image)], Masks = [Resized(mask)] }, body.Settings);
    }

    private RgbImage Picture(string text)
    {
        if (!RandomName.Is(text))
            return pictures.Picture(PictureInput.DataUrl(text, "image"), "image");
        return history.Store?.Read(text) is { } png ? pictures.Picture(png, "image") : throw new InvalidRequestException("image: there is no such picture in the history");
    }
}
