using Amused.Imaging;
using Amused.PictureBook.Captions;
using Amused.PictureBook.Rendering;

namespace Amused.PictureBook.Output;

/// <summary>A data set's first pictures on one sheet, with their captions.</summary>
public static class Preview
{
    /// <summary>How many pictures are shown at the most.</summary>
    public const int MostPictures = 64;

    /// <summary>Of a cell, in pixels: a caption needs some room, however small the picture is.</summary>
    private const int LeastWidth = 128;

    private const int Columns = 8, LineHeight = 13, FontSize = 10;

    /// <summary>Draws the sheet.</summary>
    /// <param name="options">Which data set; of its pictures the first 64.</param>
    /// <exception cref="AmusedException">The size is out of its range, or a drawing is broken.</exception>
    public static RgbImage Draw(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SceneRenderer renderer = new(options.Drawings, options.Size);
        List<Scene> scenes = [.. Enumerable.Range(0, (int)Math.Min(options.Count, MostPictures)).Select(index => SceneSampler.Sample(options.Seed, index, options.Split))];
        int width = Math.Max(options.Size, LeastWidth);
        List<List<string>> captions = [.. scenes.Select(scene => Wrap(CaptionWriter.Write(scene), width))];
        int lines = captions.Max(caption => caption.Count);
        return ImageGrid.Compose([.. scenes.Zip(captions, (scene, caption) => Cell(renderer.Render(scene), caption, width, lines))], Columns);
    }

    /// <summary>A picture with lines of text under it.</summary>
    private static RgbImage Cell(RgbImage picture, List<string> caption, int width, int lines)
    {
        var pixels = new byte[3 * width * (picture.Height + lines * LineHeight)];
        pixels.AsSpan().Fill(255);
        Copy(picture, pixels, width, (width - picture.Width) / 2, 0);
        for (int i = 0; i < caption.Count; i++)
            Copy(LabelFont.Draw(caption[i], width, LineHeight, FontSize), pixels, width, 0, picture.Height + i * LineHeight);
        return new(width, picture.Height + lines * LineHeight, pixels);
    }

    private static void Copy(RgbImage image, byte[] pixels, int width, int left, int top)
    {
        for (int y = 0; y < image.Height; y++)
            image.Pixels.Slice(3 * y * image.Width, 3 * image.Width).CopyTo(pixels.AsSpan(3 * ((top + y) * width + left)));
    }

    private static List<string> Wrap(string caption, int width)
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
}
