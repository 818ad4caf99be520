using Amused.Images;
using Amused.Training;
using PictureBook.Reader;
using PictureBook.Rendering;
using PictureBook.Scenes;
using static TorchSharp.torch;

namespace PictureBook.ReaderTraining;

/// <summary>Draws pictures for a reader to learn from, ahead of the training and on other threads, in an order that depends on the seed alone. Only combinations that are not held out.</summary>
internal sealed class SceneSource : IDisposable
{
    private const int BatchesAhead = 4;

    private static readonly int Places = Enum.GetValues<Place>().Length;

    private readonly OrderedPrefetch<long, (RgbImage Picture, long[] Answers)> drawn;
    private readonly int batchSize;

    public SceneSource(SceneRenderer renderer, ReaderConfig config, ReaderTrainingOptions options)
    {
        batchSize = options.BatchSize;
        var answers = config.Things.Index().ToDictionary(thing => thing.Item, thing => (long)thing.Index + 1);
        drawn = new(Numbers(), index => Draw(SceneSampler.Sample(options.Seed, index)), options.Workers, BatchesAhead * batchSize);

        (RgbImage, long[]) Draw(Scene scene)
        {
            var places = new long[Places];
            foreach (var thing in scene.Things)
                places[(int)thing.Place] = answers[thing.Thing.Name];
            return (renderer.Render(scene), places);
        }
    }

    /// <summary>The next pictures (B, 3, side, side) in [0, 1] and their answers (B, places) int64, 0 where nothing is.</summary>
    public (Tensor Pixels, Tensor Answers) Take(CancellationToken cancellation)
    {
        List<RgbImage> pictures = [];
        List<long> answers = [];
        while (pictures.Count < batchSize)
        {
            drawn.TryTake(out var next, cancellation);
            pictures.Add(next.Picture);
            answers.AddRange(next.Answers);
        }

        return (PictureBatch.Of(pictures), tensor(answers.ToArray(), [batchSize, Places], ScalarType.Int64));
    }

    public void Dispose() => drawn.Dispose();

    private static IEnumerable<long> Numbers()
    {
        for (long index = 0; ; index++)
            yield return index;
    }
}
