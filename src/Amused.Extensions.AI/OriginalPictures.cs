using System.Text.RegularExpressions;
using Amused.Images;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>A request's original images: pictures to redraw, and those that are masks by their names.</summary>
internal sealed partial class OriginalPictures
{
    /// <exception cref="InvalidRequestException">One of them is no picture by its kind.</exception>
    /// <exception cref="BrokenInputException">One can't be read.</exception>
    public OriginalPictures(IEnumerable<AIContent>? contents)
    {
        foreach (var (i, content) in (contents ?? []).Index())
        {
            var given = (content as DataContent)?.Name;
            var name = string.IsNullOrEmpty(given) ? $"original image {i + 1}" : given;
            var bytes = PictureBytes.Of(content, name);
            if (given is not null && MaskName().IsMatch(given))
                Masks.Add(RgbImage.LoadMask(bytes, name));
            else
                Images.Add(RgbImage.Load(bytes, name));
        }
    }

    public List<RgbImage> Images { get; } = [];

    public List<RgbImage> Masks { get; } = [];

    /// <summary><c>mask</c>, <c>mask.png</c>, <c>garden-mask.png</c>, <c>garden_mask</c>.</summary>
    [GeneratedRegex(@"(^|[-_/\\])mask(\.[^.]*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MaskName();
}
