using Amused.Images;
using PictureBook.Datasets;
using PictureBook.Scoring;

namespace PictureBook.Reports;

/// <summary>Pictures on one sheet with prompt and reading under each; those with something wrong have a red frame.</summary>
public static class SceneSheet
{
    /// <summary>How many pictures are shown at the most: the first ones.</summary>
    public const int MostPictures = 100;

    private const int Columns = 10, LeastWidth = 150, Frame = 4;

    private static readonly byte[] Wrong = [0xE5, 0x30, 0x2C], Right = [0xFF, 0xFF, 0xFF];

    /// <summary>Draws the sheet.</summary>
    public static RgbImage Draw(JudgedPictures judged)
    {
        ArgumentNullException.ThrowIfNull(judged);
        int count = Math.Min(judged.Pictures.Count, MostPictures), width = Math.Max(judged.Pictures[0].Width + 2 * Frame, LeastWidth);
        List<List<string>> words = [.. Enumerable.Range(0, count).Select(i => (List<string>)[.. Wrap(judged.Prompts[i].Text, width), .. Wrap($"= {judged.Readings[i]}", width)])];
        int lines = words.Max(one => one.Count);
        return ImageGrid.Compose([.. words.Select((one, i) => CaptionedPicture.Draw(Framed(judged.Pictures[i], judged.Judgements[i].IsAllRight ? Right : Wrong), one, width, lines))], Columns);
    }

    private static List<string> Wrap(string text, int width) => CaptionedPicture.Wrap(text, width);

    private static RgbImage Framed(RgbImage picture, byte[] colour)
    {
        int width = picture.Width + 2 * Frame, height = picture.Height + 2 * Frame;
        var pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = colour[i % 3];
        for (int y = 0; y < picture.Height; y++)
            picture.Pixels.Slice(3 * y * picture.Width, 3 * picture.Width).CopyTo(pixels.AsSpan(3 * ((y + Frame) * width + Frame)));
        return new(width, height, pixels);
    }
}
