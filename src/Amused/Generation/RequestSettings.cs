using System.Text.Json.Nodes;

namespace Amused;

/// <summary>What a request says of size and sampling, by the long names of the command line's options: pictures carry it, whoever made them.</summary>
internal static class RequestSettings
{
    /// <summary>Width and height of a picture from words; of one from a picture, to which size that one was brought.</summary>
    public static void AddSize(JsonObject settings, GenerationRequest request, GeneratedImage image)
    {
        var (width, height) = (image.Picture.Width, image.Picture.Height);
        if (request is TextToImageRequest)
            (settings["width"], settings["height"]) = (width, height);
        else
            settings["size"] = request is ImageToImageRequest { OwnSize: true } or InpaintRequest { OwnSize: true } ? PictureSize.OwnWord : PictureSize.Word(width, height);
    }

    /// <summary>How tokens were drawn; what the request leaves open is the checkpoint's.</summary>
    public static void AddSampling(JsonObject settings, GenerationRequest request, GenerationDefaults defaults)
    {
        settings["steps"] = request.Steps ?? defaults.Steps;
        settings["guidance-scale"] = request.GuidanceScale ?? defaults.GuidanceScale;
        AddConditions(settings, request, defaults);
        switch (request)
        {
            case ImageToImageRequest img2img:
                settings["strength"] = img2img.Strength;
                break;
            case InpaintRequest inpaint:
                settings["strength"] = inpaint.Strength;
                settings["no-composite"] = !inpaint.Composite;
                break;
        }
    }

    /// <summary>Temperature and micro-conditioning.</summary>
    public static void AddConditions(JsonObject settings, GenerationRequest request, GenerationDefaults defaults)
    {
        var temperature = request.Temperature ?? defaults.Temperature;
        settings["temperature"] = new JsonArray(temperature.Start, temperature.End);
        settings["aesthetic-score"] = request.AestheticScore;
        settings["crop"] = new JsonArray(request.CropCoordinates.First, request.CropCoordinates.Second);
    }
}
