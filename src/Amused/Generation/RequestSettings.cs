using System.Text.Json.Nodes;
using Amused.Sampling;

namespace Amused;

/// <summary>
/// All settings of a request: what can be said of how a picture is made, beside what it is made from (words, pictures, masks, tokens).
/// The command line's options, the server's fields, the additional properties of Microsoft.Extensions.AI and what a picture's file says
/// of itself are made from this list: a new setting is an entry here.
/// </summary>
public static class RequestSettings
{
    private const int Large = 1_000_000;

    /// <summary>The settings, in the order in which help lists them.</summary>
    public static IReadOnlyList<RequestSetting> All { get; } =
    [
        new RequestSetting<int>(
            "width", new WholeNumber<int>(1, PictureSize.LargestSide), r => r.Width, (r, value) => r with { Width = value })
        {
            Summary = "The width of the picture in pixels: a multiple of 16, with amused-512 of 32.",
            ValueName = "PIXELS", Default = "the model's own (128, 256 or 512)", Example = "256", Belongs = IsFromWords,
        },
        new RequestSetting<int>(
            "height", new WholeNumber<int>(1, PictureSize.LargestSide), r => r.Height, (r, value) => r with { Height = value })
        {
            Summary = "The height of the picture in pixels, as the width.",
            ValueName = "PIXELS", Default = "the model's own (128, 256 or 512)", Example = "256", Belongs = IsFromWords,
        },
        new RequestSetting<AskedSize>("size", new SizeKind(), SizeOf, WithSize)
        {
            Summary = "The size to which the picture is scaled, in pixels: multiples of 16, with amused-512 of 32; "
                + "\"picture\" keeps its own, cut down to what the model takes: far from the model's own size it draws poorly, and a photo takes minutes.",
            ValueName = "WxH|picture", Default = "the picture's shape at as many pixels as the model's own size has", Example = "384x256",
            Belongs = IsFromPicture,
        },
        new RequestSetting<int>("steps", new WholeNumber<int>(1, 1000), r => r.Steps, (r, value) => r with { Steps = value })
        {
            Summary = "The number of sampling steps, 1 to 1000.",
            ValueName = "N", Default = "the checkpoint's own, else 12", Example = "12", Standard = defaults => defaults.Steps,
        },
        new RequestSetting<float>(
            "guidance-scale", new RealNumber<float>(-Large, Large), r => r.GuidanceScale, (r, value) => r with { GuidanceScale = value })
        {
            Summary = "Classifier-free guidance: how closely to follow the prompt. At 1 or less there is none, and half the work.",
            ValueName = "G", Default = "the checkpoint's own, else 10", Example = "5", Standard = defaults => defaults.GuidanceScale,
        },
        new RequestSetting<long>(
            "seed", new WholeNumber<long>(long.MinValue, long.MaxValue),
            r => r.Seed, (r, value) => r with { Seed = value, Seeds = null })
        {
            Summary = "The seed: picture k has seed S + k and is the same alone or in a batch (token for token in fp32).",
            ValueName = "S", Default = "random, and told", Example = "42",
        },
        new RequestSetting<int>(
            "images-per-prompt", new WholeNumber<int>(1, ImageLayout.MostImages),
            r => r.ImagesPerPrompt, (r, value) => r with { ImagesPerPrompt = value })
        {
            Summary = "How many pictures each prompt gives.", ValueName = "N", Default = "1", Example = "4", IsRecorded = false,
        },
        new RequestSetting<GeneratorMode>(
            "generator", new OneWord<GeneratorMode>(("per-image", GeneratorMode.PerImage), ("shared", GeneratorMode.Shared)),
            r => r.Generator, (r, value) => r with { Generator = value })
        {
            Summary = "Whether each picture draws from a generator of its own, or the batch shares one: "
                + "the draws and the order of the published implementation.",
            ValueName = "per-image|shared", Default = "per-image", Example = "shared",
        },
        new RequestSetting<TemperatureRange>(
            "temperature", new TemperatureKind(Large), r => r.Temperature, (r, value) => r with { Temperature = value })
        {
            Summary = "How much noise the choice of positions gets at the first and the last step; one number T means T,0.01.",
            ValueName = "START,END", Default = "the checkpoint's own, else 2,0", Example = "2,0",
            Standard = defaults => defaults.Temperature,
        },
        new RequestSetting<float>(
            "aesthetic-score", new RealNumber<float>(-Large, Large),
            r => r.AestheticScore, (r, value) => r with { AestheticScore = value })
        {
            Summary = "Micro-conditioning: the aesthetic score that the picture would have had in training, about 1 to 10.",
            ValueName = "SCORE", Default = "6", Example = "6.5",
        },
        new RequestSetting<(int First, int Second)>(
            "crop", new WholePair(0, Large), r => r.CropCoordinates, (r, value) => r with { CropCoordinates = value })
        {
            Summary = "Micro-conditioning: the corner at which the training picture would have been cropped, in pixels.",
            ValueName = "A,B", Default = "0,0", Example = "0,0",
        },
        new RequestSetting<double>("strength", new RealNumber<double>(0, 1), StrengthOf, WithStrength)
        {
            Summary = "How much of the picture, or of what the mask marks, is made anew, from 0 to 1: "
                + "this part of the steps runs, at least one; at 1 nothing of it is kept.",
            ValueName = "X", Default = "0.5, with a mask 1", Example = "0.7", Belongs = IsFromPicture,
        },
        new RequestSetting<bool>(
            "composite", new Switch(isOn: true),
            r => (r as InpaintRequest)?.Composite, (r, value) => (InpaintRequest)r with { Composite = value })
        {
            Summary = "The original's pixels come back outside the mask, with a soft edge; without it, the decoder's picture stays as it is.",
            ValueName = "", Default = "on", Example = "", Belongs = r => r is InpaintRequest,
        },
    ];

    /// <summary>The setting of a name; case, <c>_</c> and <c>-</c> count for nothing. Null when there is none.</summary>
    public static RequestSetting? Find(string name) => All.FirstOrDefault(setting => Plain(setting.Name) == Plain(name));

    /// <summary>Writes what makes a picture again, by the long names of the command line's options.</summary>
    /// <param name="settings">Where to.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="image">The picture, which knows its own seed and size.</param>
    /// <param name="defaults">What the request leaves open.</param>
    internal static void Record(JsonObject settings, GenerationRequest request, GeneratedImage image, GenerationDefaults defaults)
    {
        // Starting tokens give the size, and their file is in the settings already.
        request = request is TextToImageRequest { StartingTokens: not null } ? request with { Width = null, Height = null }
            : request with { Width = image.Picture.Width, Height = image.Picture.Height };
        Record(settings, request with { Seed = image.Seed }, defaults, All);
    }

    /// <summary>Writes some settings of a request.</summary>
    internal static void Record(
        JsonObject settings, GenerationRequest request, GenerationDefaults defaults, IEnumerable<RequestSetting> which)
    {
        foreach (var setting in which.Where(setting => setting.IsRecorded))
            if (setting.Write(request, defaults) is { } value)
                settings[setting.OptionName] = value;
    }

    /// <summary>Refuses a request that has a value out of its range.</summary>
    /// <exception cref="InvalidRequestException">It has one.</exception>
    internal static void Check(GenerationRequest request)
    {
        foreach (var setting in All)
            setting.Check(request);
    }

    private static bool IsFromWords(GenerationRequest request) => request is TextToImageRequest;

    private static bool IsFromPicture(GenerationRequest request) => request is ImageToImageRequest or InpaintRequest;

    private static double? StrengthOf(GenerationRequest request) =>
        (request as ImageToImageRequest)?.Strength ?? (request as InpaintRequest)?.Strength;

    private static GenerationRequest WithStrength(GenerationRequest request, double strength) => request switch
    {
        ImageToImageRequest image => image with { Strength = strength },
        InpaintRequest inpaint => inpaint with { Strength = strength },
        _ => request,
    };

    private static AskedSize? SizeOf(GenerationRequest request) =>
        request is ImageToImageRequest { OwnSize: true } or InpaintRequest { OwnSize: true } ? new(null, null, OwnSize: true)
        : (request.Width ?? request.Height) is null ? null
        : new(request.Width, request.Height, OwnSize: false);

    private static GenerationRequest WithSize(GenerationRequest request, AskedSize size) => request switch
    {
        ImageToImageRequest image => image with { Width = size.Width, Height = size.Height, OwnSize = size.OwnSize },
        InpaintRequest inpaint => inpaint with { Width = size.Width, Height = size.Height, OwnSize = size.OwnSize },
        _ => request,
    };

    private static string Plain(string name) => name.Replace("_", "").Replace("-", "").ToLowerInvariant();
}
