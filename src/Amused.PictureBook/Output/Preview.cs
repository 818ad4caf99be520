using Amused.Imaging;

namespace Amused.PictureBook.Output;

/// <summary>A data set's first pictures on one sheet.</summary>
public static class Preview
{
    /// <summary>How many pictures are shown at the most.</summary>
    public const int MostPictures = 64;

    private const int Columns = 8;

    /// <summary>Draws the sheet: pictures with their captions.</summary>
    /// <param name="options">Which data set; of its pictures the first 64.</param>
    public static RgbImage Draw(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SceneRenderer renderer = new(options.Drawings, options.Size);
        List<Scene> scenes = [.. Enumerable.Range(0, (int)Math.Min(options.Count, MostPictures)).Select(index => SceneSampler.Sample(options.Seed, index, options.Split))];
        return ImageGrid.Compose([.. scenes.Select(renderer.Render)], Columns, [.. scenes.Select(CaptionWriter.Write)]);
    }
}
