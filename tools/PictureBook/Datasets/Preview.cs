using Amused.Images;
using PictureBook.Captions;
using PictureBook.Rendering;
using PictureBook.Scenes;

namespace PictureBook.Datasets;

/// <summary>A data set's first pictures on one sheet, with their captions.</summary>
public static class Preview
{
    /// <summary>How many pictures are shown at the most.</summary>
    public const int MostPictures = 64;

    /// <summary>Of a cell, in pixels: a caption needs some room, however small the picture is.</summary>
    private const int LeastWidth = 128;

    private const int Columns = 8;

    /// <summary>Draws the sheet.</summary>
    /// <param name="options">Which data set; of its pictures the first 64.</param>
    /// <exception cref="AmusedException">The size is out of its range, or a drawing is broken.</exception>
    public static RgbImage Draw(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SceneRenderer renderer = new(options.Drawings, options.Size);
        List<Scene> scenes = [.. Enumerable.Range(0, (int)Math.Min(options.Count, MostPictures)).Select(index => options.SceneOf(index))];
        int width = Math.Max(options.Size, LeastWidth);
        List<List<string>> captions = [.. scenes.Select(scene => CaptionedPicture.Wrap(CaptionWriter.Write(scene), width))];
        int lines = captions.Max(caption => caption.Count);
        return ImageGrid.Compose([.. scenes.Zip(captions, (scene, caption) => CaptionedPicture.Draw(renderer.Render(scene), caption, width, lines))], Columns);
    }
}
