using PictureBook.Drawings;
using PictureBook.Rendering;
using PictureBook.Scenes;

namespace PictureBook.Datasets;

/// <summary>The form in which a data set is written.</summary>
public enum DatasetFormat
{
    /// <summary>Tar archives after the WebDataset convention: <c>train-00000.tar</c> with <c>000000000.png</c>, <c>.txt</c> and <c>.json</c> for each picture.</summary>
    WebDataset,

    /// <summary>PNG files in a folder with <c>metadata.jsonl</c>: <c>file_name</c>, <c>text</c> and the scene's truth.</summary>
    Folder,
}

/// <summary>Which data set is to be made.</summary>
/// <param name="Drawings">What things look like.</param>
public sealed record DatasetOptions(DrawingSet Drawings)
{
    /// <summary>How many pictures, at least 1.</summary>
    public required long Count { get; init; }

    /// <summary>Which pictures.</summary>
    /// <value>The default value is 0.</value>
    public long Seed { get; init; }

    /// <summary>Which combinations of thing, colour, ground and sky are in it.</summary>
    /// <value>The default value is <see cref="Split.Train"/>.</value>
    public Split Split { get; init; }

    /// <summary>Things that the drawn world doesn't have (<see cref="DrawingSet.Newcomer"/>): each picture has one of them in the place of another thing.</summary>
    /// <value>The default value is empty.</value>
    public IReadOnlyList<Thing> Newcomers { get; init; } = [];

    /// <summary>Whether a mask of the things lies beside each picture, <c>000000000.mask.png</c>: white where the picture shows one.</summary>
    /// <value>The default value is false.</value>
    public bool Masks { get; init; }

    /// <summary>The pictures' side in pixels.</summary>
    /// <value>The default value is 128.</value>
    public int Size { get; init; } = SceneRenderer.DefaultSize;

    /// <summary>The form of the data set.</summary>
    /// <value>The default value is <see cref="DatasetFormat.WebDataset"/>.</value>
    public DatasetFormat Format { get; init; }

    /// <summary>How many pictures a tar archive holds, at least 1.</summary>
    /// <value>The default value is 1,000.</value>
    public int ShardSize { get; init; } = 1000;

    /// <summary>The scene of a picture.</summary>
    internal Scene SceneOf(long index) => Scenes.Newcomers.Join(SceneSampler.Sample(Seed, index, Split), Newcomers);
}
