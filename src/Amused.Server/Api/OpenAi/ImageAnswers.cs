using System.Text.Json.Serialization;

namespace Amused.Server;

/// <summary>The answer to a request for pictures.</summary>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="Data">The pictures.</param>
/// <param name="Background">Always <c>opaque</c>.</param>
/// <param name="OutputFormat">The pictures' format.</param>
/// <param name="Quality">Always <c>auto</c>.</param>
/// <param name="Size">The size that was made, which is told where another was asked for.</param>
/// <param name="Usage">Tokens.</param>
/// <param name="Notices">What the user should know, a line each.</param>
public sealed record ImagesAnswer(
    long Created, IReadOnlyList<ImageAnswer> Data, string Background, string OutputFormat, string Quality, string Size, UsageAnswer Usage,
    IReadOnlyList<string> Notices);

/// <summary>One picture.</summary>
/// <param name="B64Json">The file in base64; not with <c>response_format: url</c>.</param>
/// <param name="Url">Where it can be fetched.</param>
/// <param name="Seed">The seed that makes it again.</param>
public sealed record ImageAnswer(
    [property: JsonPropertyName("b64_json"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? B64Json,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url,
    long Seed);

/// <summary>Tokens: of words by the text tower's count, of pictures by the grid's.</summary>
/// <param name="InputTokens">Tokens of the prompt and of pictures that were sent in.</param>
/// <param name="InputTokensDetails">The two apart.</param>
/// <param name="OutputTokens">Tokens of the pictures that were made.</param>
/// <param name="TotalTokens">All together.</param>
public sealed record UsageAnswer(int InputTokens, InputTokensAnswer InputTokensDetails, int OutputTokens, int TotalTokens)
{
    internal static UsageAnswer Of(int text, int pictures, int made) =>
        new(text + pictures, new(text, pictures), made, text + pictures + made);
}

/// <summary>Tokens that were sent in.</summary>
/// <param name="TextTokens">Of words.</param>
/// <param name="ImageTokens">Of pictures.</param>
public sealed record InputTokensAnswer(int TextTokens, int ImageTokens);

/// <summary>An unfinished picture along the way.</summary>
/// <param name="Type"><c>image_generation.partial_image</c> or <c>image_edit.partial_image</c>.</param>
/// <param name="B64Json">The file in base64.</param>
/// <param name="CreatedAt">When, in seconds since 1970.</param>
/// <param name="Size">The size.</param>
/// <param name="Quality">Always <c>auto</c>.</param>
/// <param name="Background">Always <c>opaque</c>.</param>
/// <param name="OutputFormat">The format.</param>
/// <param name="PartialImageIndex">Which of the unfinished pictures, from 0.</param>
/// <param name="ImageIndex">Which of the request's pictures, from 0.</param>
public sealed record PartialImageEvent(
    string Type, [property: JsonPropertyName("b64_json")] string B64Json, long CreatedAt, string Size, string Quality, string Background,
    string OutputFormat, int PartialImageIndex, int ImageIndex);

/// <summary>A finished picture.</summary>
/// <param name="Type"><c>image_generation.completed</c> or <c>image_edit.completed</c>.</param>
/// <param name="B64Json">The file in base64.</param>
/// <param name="CreatedAt">When, in seconds since 1970.</param>
/// <param name="Size">The size.</param>
/// <param name="Quality">Always <c>auto</c>.</param>
/// <param name="Background">Always <c>opaque</c>.</param>
/// <param name="OutputFormat">The format.</param>
/// <param name="Usage">Tokens of the request, told with each of its pictures.</param>
/// <param name="Seed">The seed that makes it again.</param>
/// <param name="ImageIndex">Which of the request's pictures, from 0.</param>
public sealed record CompletedImageEvent(
    string Type, [property: JsonPropertyName("b64_json")] string B64Json, long CreatedAt, string Size, string Quality, string Background,
    string OutputFormat, UsageAnswer Usage, long Seed, int ImageIndex);

/// <summary>A model, as the OpenAI interface lists it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Object">Always <c>model</c>.</param>
/// <param name="Created">When the server started, in seconds since 1970.</param>
/// <param name="OwnedBy">Always <c>amused</c>.</param>
public sealed record ModelAnswer(string Id, string Object, long Created, string OwnedBy);

/// <summary>The models.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The models, the one for requests that name none first.</param>
public sealed record ModelsAnswer(string Object, IReadOnlyList<ModelAnswer> Data);
