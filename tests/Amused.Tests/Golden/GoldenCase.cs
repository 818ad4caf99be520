using System.Text.Json;
using Amused.Images;
using Amused.Sampling;

namespace Amused.Tests.Golden;

/// <summary>One call of a golden pipeline.</summary>
public sealed record GoldenCase(string Model, string Name, JsonElement Call)
{
    public string Folder => $"pipelines/{Model}/{Name}";

    public string? Variant => Text("variant");

    /// <summary>All cases of a <c>cases.json</c>, which stands in a folder that is called as the model.</summary>
    public static IEnumerable<GoldenCase> ReadAll(string file) =>
        JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf(file))).RootElement
        .EnumerateObject().Select(property => new GoldenCase(file.Split('/')[^2], property.Name, property.Value));

    public static GoldenCase Read(string model, string name) => ReadAll($"pipelines/{model}/cases.json").Single(one => one.Name == name);

    /// <summary>The call as a request of ours; an argument that isn't known is an error.</summary>
    public GenerationRequest Request()
    {
        GenerationRequest request = Call.TryGetProperty("mask_image", out _)
            ? new InpaintRequest { Images = [Picture("image")], Masks = [Picture("mask_image")], OwnSize = true, Composite = false }
            : Call.TryGetProperty("image", out _)
                ? new ImageToImageRequest { Images = [Picture("image")], OwnSize = true }
                : new TextToImageRequest();
        request = request with { Generator = GeneratorMode.Shared };
        foreach (var argument in Call.EnumerateObject())
            request = With(request, argument.Name, argument.Value);
        return request;
    }

    private static GenerationRequest With(GenerationRequest request, string name, JsonElement value) => name switch
    {
        "prompt" => request with { Prompts = Texts(value) },
        "negative_prompt" => request with { NegativePrompts = Texts(value) },
        "num_inference_steps" => request with { Steps = value.GetInt32() },
        "guidance_scale" => request with { GuidanceScale = value.GetSingle() },
        "num_images_per_prompt" => request with { ImagesPerPrompt = value.GetInt32() },
        "generator" => request with { Seed = value.GetInt64() },
        "temperature" => request with { Temperature = Temperature(value) },
        "micro_conditioning_aesthetic_score" => request with { AestheticScore = value.GetSingle() },
        "micro_conditioning_crop_coord" => request with { CropCoordinates = (value[0].GetInt32(), value[1].GetInt32()) },
        "width" => (TextToImageRequest)request with { Width = value.GetInt32() },
        "height" => (TextToImageRequest)request with { Height = value.GetInt32() },
        "strength" when request is ImageToImageRequest image => image with { Strength = value.GetDouble() },
        "strength" when request is InpaintRequest inpaint => inpaint with { Strength = value.GetDouble() },
        "image" or "mask_image" or "variant" => request,
        _ => throw new NotSupportedException($"an unknown argument of a golden call: {name}"),
    };

    private static TemperatureRange Temperature(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? new(value[0].GetSingle(), value[1].GetSingle())
        : TemperatureRange.FromSingle(value.GetSingle());

    private static string[] Texts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(text => text.GetString()!)] : [value.GetString()!];

    private RgbImage Picture(string name) => RgbImage.Load(GoldenFolder.PathOf($"{Folder}/{name}.png"));

    private string? Text(string name) => Call.TryGetProperty(name, out var value) ? value.GetString() : null;
}
