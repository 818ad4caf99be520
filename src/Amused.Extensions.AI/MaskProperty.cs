using Amused.Images;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>Reads the additional property <see cref="AmusedProperties.Mask"/>.</summary>
internal static class MaskProperty
{
    /// <exception cref="InvalidRequestException">It is nothing that a picture could be.</exception>
    /// <exception cref="BrokenInputException">It can't be read as a picture.</exception>
    public static IReadOnlyList<RgbImage> Read(string name, object value) => value switch
    {
        RgbImage picture => [picture],
        IEnumerable<AIContent> contents => [.. contents.Select((content, i) => ReadOne($"{name} {i + 1}", content))],
        _ => [ReadOne(name, value)],
    };

    private static RgbImage ReadOne(string name, object value) => RgbImage.LoadMask(value switch
    {
        AIContent content => PictureBytes.Of(content, name),
        string uri => PictureBytes.OfUri(uri, name),
        byte[] bytes => bytes,
        ReadOnlyMemory<byte> bytes => bytes.ToArray(),
        _ => throw PropertyValues.Wrong(name, value, "a picture: DataContent, bytes, a data URI or an RgbImage"),
    }, name);
}
