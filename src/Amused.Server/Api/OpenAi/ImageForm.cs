using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Amused.Server;

/// <summary>A request's fields and the files that came with it, from a form or from JSON.</summary>
/// <param name="Body">The fields.</param>
/// <param name="Images">The files of pictures.</param>
/// <param name="Mask">The file of the mask, or null.</param>
internal sealed record ImageForm(ImageBody Body, IReadOnlyList<byte[]> Images, byte[]? Mask)
{
    /// <summary>Less than a body may have, as it becomes a part of one.</summary>
    private const int DeepestField = 8;

    /// <exception cref="ApiException">It can't be read; the error names the field.</exception>
    public static async Task<ImageForm> ReadAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
            return await ReadFormAsync(await FormAsync(request));
        var body = await WireJson.ReadAsync<ImageBody>(request);
        if (body.Image is not null && body.Images is not null)
            throw ApiException.Value("images", "image and images are the same: give one of them");
        var images = (body.Image ?? body.Images) is { } given ? DataUrls(given, body.Image is null ? "images" : "image") : [];
        return new(body, images, body.Mask is { ValueKind: not JsonValueKind.Null } mask ? DataUrls(mask, "mask").Single() : null);
    }

    private static async Task<IFormCollection> FormAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is not BadHttpRequestException and (
            IOException or InvalidDataException or InvalidOperationException or ArgumentException or FormatException))
        {
            throw new ApiException(400, $"the form cannot be read: {FileFault.Printable(e.Message)}", null, "invalid_form", e);
        }
    }

    private static async Task<ImageForm> ReadFormAsync(IFormCollection form)
    {
        var fields = new JsonObject();
        foreach (var (name, values) in form.Where(field => field.Key.Length > 0))
            fields[name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name] = values.Count == 1
                ? values[0]
                : throw ApiException.Value(name, $"{name} is given {values.Count} times");
        if (fields["loras"] is { } loras)
            fields["loras"] = ApiException.Blame("loras", () => ParseJson(loras.GetValue<string>()));
        var body = await WireJson.ReadAsync<ImageBody>(fields);
        List<byte[]> images = [];
        byte[]? mask = null;
        foreach (var file in form.Files)
        {
            if (file.Name is "image" or "image[]")
                images.Add(await ReadAsync(file));
            else if (file.Name == "mask" && mask is null)
                mask = await ReadAsync(file);
            else
                throw ApiException.Value(file.Name,
                    $"a file in the field {FileFault.Quote(file.Name)} has no meaning here: image and mask have", "unknown_parameter");
        }
        if (body.Image is { } text)
            images.AddRange(DataUrls(text, "image"));
        return new(body, images, mask ?? (body.Mask is { } maskText ? DataUrls(maskText, "mask").Single() : null));
    }

    private static JsonNode? ParseJson(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { MaxDepth = DeepestField });
        }
        catch (JsonException e)
        {
            throw new InvalidRequestException("loras is no JSON: [{\"name\": \"style\", \"scale\": 0.8}]", e);
        }
    }

    private static async Task<byte[]> ReadAsync(IFormFile file)
    {
        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content);
        return content;
    }

    private static List<byte[]> DataUrls(JsonElement element, string field) => element.ValueKind switch
    {
        JsonValueKind.String => [ApiException.Blame(field, () => PictureInput.DataUrl(TextOf(element), field))],
        JsonValueKind.Object when element.TryGetProperty("image_url", out var url) && url.ValueKind == JsonValueKind.String =>
            DataUrls(url, field),
        JsonValueKind.Array when field != "mask" && element.GetArrayLength() <= 16 =>
            [.. element.EnumerateArray().SelectMany(item => DataUrls(item, field))],
        _ => throw ApiException.Value(field, $"{field} must be a data URL, or an object with one as image_url", "invalid_type"),
    };

    private static string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a character, which no data URL has.
            return "";
        }
    }
}
