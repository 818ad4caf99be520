using Amused.Images;

namespace Amused.Server;

/// <summary>The three kinds of request of the OpenAI interface.</summary>
internal enum ImageTask
{
    Generation,
    Edit,
    Variation,
}

/// <summary>From the OpenAI interface's fields to a job; whatever can't be served is an error that names its field.</summary>
internal sealed class ImageRequests(ServerOptions options, GenerationEngine engine, ModelChoices models)
{
    private readonly PictureInput pictures = new(options.Limits);
    private readonly SettingFields fields = ImageBody.Fields(options.Limits);

    /// <summary>Checks a request and makes a job's of it.</summary>
    public async Task<ImageOrder> ReadAsync(ImageForm form, ImageTask task, CancellationToken cancellation)
    {
        var body = form.Body;
        fields.Check(body.Settings);
        CheckFields(body, task, options.DataFolder is not null);
        var model = models.Find(body.Model);
        var facts = await engine.FactsAsync(model, cancellation);
        var request = task == ImageTask.Generation ? Generation(body, facts, out var size) : FromPicture(form, task, facts, out size);
        request = fields.Apply(request, body.Settings) with
        {
            Prompts = [Prompt(body, task)],
            NegativePrompts = body.NegativePrompt is { } negative ? [negative.Text("negative_prompt", options.Limits.PromptLength)] : [],
            Width = size.Width,
            Height = size.Height,
        };
        var job = new JobRequest(model, request, size.Width, size.Height, models.Loras(body.Loras)) { Notices = size.Notices };
        return new(job, body, task, facts, ImageOutput.Of(body));
    }

    private string Prompt(ImageBody body, ImageTask task) => body.Prompt is { } prompt && (prompt.Length > 0 || task == ImageTask.Variation)
        ? prompt.Text("prompt", options.Limits.PromptLength)
        : task == ImageTask.Variation ? "" : throw new ApiException(400, "prompt is needed", "prompt", "missing_required_parameter");

    private TextToImageRequest Generation(ImageBody body, ModelFacts facts, out ChosenSize size)
    {
        size = ApiException.Blame("size", () => PictureSizes.Choose(body.Size, facts, options.Sizes, options.Limits));
        return new();
    }

    private GenerationRequest FromPicture(ImageForm form, ImageTask task, ModelFacts facts, out ChosenSize size)
    {
        if (form.Images.Count != 1)
            throw new ApiException(400, form.Images.Count == 0 ? "image is needed" : $"{form.Images.Count} pictures are given: one can be edited at a time", "image", form.Images.Count == 0 ? "missing_required_parameter" : "invalid_value");
        var image = ApiException.Blame("image", () => pictures.Picture(form.Images[0], "image"));
        var chosen = size = form.Body.Size is null or "auto"
            ? PictureSizes.Fit(image.Width, image.Height, facts)
            : ApiException.Blame("size", () => PictureSizes.Choose(form.Body.Size, facts, options.Sizes, options.Limits));
        RgbImage Resized(RgbImage picture) => (picture.Width, picture.Height) == (chosen.Width, chosen.Height) ? picture : picture.Resize(chosen.Width, chosen.Height);
        var mask = task == ImageTask.Variation ? null : Mask(form, image);
        return mask is null
            ? new ImageToImageRequest { Images = [Resized(image)] }
            : new InpaintRequest { Images = [Resized(image)], Masks = [Resized(mask)] };
    }

    /// <summary>The mask, or the picture's own transparent pixels where there is none; null when nothing marks a part.</summary>
    private RgbImage? Mask(ImageForm form, RgbImage image)
    {
        if (form.Mask is null)
            return PictureInput.OwnMask(form.Images[0]);
        var mask = ApiException.Blame("mask", () => pictures.Mask(form.Mask, "mask"));
        return (mask.Width, mask.Height) == (image.Width, image.Height) ? mask
            : throw ApiException.Value("mask", $"mask is {mask.Width}x{mask.Height}, image {image.Width}x{image.Height}: they must have one size");
    }

    private static void CheckFields(ImageBody body, ImageTask task, bool keepsHistory)
    {
        body.Quality.OneOf("quality", "auto", "standard");
        body.Background.OneOf("background", "auto", "opaque");
        if (body.Style is not null)
            throw ApiException.Value("style", "style cannot be chosen: say it in the prompt");
        if (body.ResponseFormat.OneOf("response_format", "b64_json", "url") == "url" && !keepsHistory)
            throw ApiException.Value("response_format", "this server keeps no pictures, so there are no addresses of them: b64_json can be served");
        if (task == ImageTask.Generation && (body.Image ?? body.Images ?? body.Mask) is not null)
            throw ApiException.Value(body.Mask is not null ? "mask" : "image", "a generation takes no picture: /v1/images/edits does");
        if (body.Stream != true && body.PartialImages is > 0)
            throw ApiException.Value("partial_images", "partial_images needs stream");
        if (body.Stream == true && body.ResponseFormat == "url")
            throw ApiException.Value("response_format", "events carry pictures as b64_json");
        if (body.Stream == true && task == ImageTask.Variation)
            throw ApiException.Value("stream", "variations are not streamed");
        body.PartialImages.Within("partial_images", 0, 3);
    }
}

/// <summary>A request of the OpenAI interface, checked.</summary>
/// <param name="Job">The job.</param>
/// <param name="Body">The fields.</param>
/// <param name="Task">The kind.</param>
/// <param name="Facts">The model.</param>
/// <param name="Output">How pictures are handed out.</param>
internal sealed record ImageOrder(JobRequest Job, ImageBody Body, ImageTask Task, ModelFacts Facts, ImageOutput Output)
{
    /// <summary>The tokens that the request takes.</summary>
    public UsageAnswer Usage()
    {
        var tokens = Facts.TokensOf(Job.Width, Job.Height);
        return UsageAnswer.Of(Facts.CountTokens(Job.Prompt), Task == ImageTask.Generation ? 0 : tokens, tokens * Job.ImageCount);
    }
}
