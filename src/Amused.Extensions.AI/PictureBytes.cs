using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>
/// The bytes of a picture that comes as content. Nothing is fetched: a program that serves others would fetch what they name.
/// </summary>
internal static class PictureBytes
{
    /// <exception cref="InvalidRequestException">The content is no data.</exception>
    /// <exception cref="BrokenInputException">The data is damaged.</exception>
    public static byte[] Of(AIContent content, string name) => content switch
    {
        DataContent data => Decoded(() => data, name),
        UriContent link => OfUri(link.Uri.OriginalString, name),
        null => throw new InvalidRequestException($"{name} is null: a picture is needed"),
        _ => throw new InvalidRequestException($"{name} is {content.GetType().Name}: a picture is needed, as DataContent"),
    };

    /// <exception cref="InvalidRequestException">It is another URI than one with data.</exception>
    /// <exception cref="BrokenInputException">The data is damaged.</exception>
    public static byte[] OfUri(string uri, string name)
    {
        if (!uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            throw new InvalidRequestException(
                $"{name} is an address, and addresses are not fetched: give the picture's bytes as DataContent, or a data URI");
        return Decoded(() => new(uri, uri.Contains('/') ? null : "image/*"), name);
    }

    /// <summary>Content may keep a data URI as text until its bytes are asked for.</summary>
    private static byte[] Decoded(Func<DataContent> content, string name)
    {
        try
        {
            return content().Data.ToArray();
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new BrokenInputException($"{name} is a data URI that can't be read: data:image/png;base64,… is one", e);
        }
    }
}
