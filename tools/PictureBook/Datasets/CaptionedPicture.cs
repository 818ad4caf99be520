using Amused.Images;

namespace PictureBook.Datasets;

/// <summary>A picture with lines of text under it, for sheets to look over.</summary>
internal static class CaptionedPicture
{
    private const int LineHeight = 13, FontSize = 10;

    /// <summary>Draws picture and text on white.</summary>
    /// <param name="picture">The picture; it stands in the middle.</param>
    /// <param name="caption">The lines.</param>
    /// <param name="width">The whole width in pixels, at least the picture's.</param>
    /// <param name="lines">For how many lines there is room.</param>
    public static RgbImage Draw(RgbImage picture, IReadOnlyList<string> caption, int width, int lines)
    {
        var pixels = new byte[3 * width * (picture.Height + lines * LineHeight)];
        pixels.AsSpan().Fill(255);
        Copy(picture, pixels, width, (width - picture.Width) / 2, 0);
        for (int i = 0; i < caption.Count; i++)
            Copy(LabelFont.Draw(caption[i], width, LineHeight, FontSize), pixels, width, 0, picture.Height + i * LineHeight);
        return new(width, picture.Height + lines * LineHeight, pixels);
    }

    /// <summary>Breaks a text into lines that fit a width in pixels.</summary>
    public static List<string> Wrap(string caption, int width)
    {
        List<string> lines = [];
        foreach (var word in caption.Split(' '))
        {
            if (lines is [.., var last] && $"{last} {word}" is var longer && LabelFont.Fit(longer, FontSize, width) == longer)
                lines[^1] = longer;
            else
                lines.Add(word);
        }

        return lines;
    }

    private static void Copy(RgbImage image, byte[] pixels, int width, int left, int top)
    {
        for (int y = 0; y < image.Height; y++)
            image.Pixels.Slice(3 * y * image.Width, 3 * image.Width).CopyTo(pixels.AsSpan(3 * ((top + y) * width + left)));
    }
}
