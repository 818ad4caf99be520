using Amused.Images;
using Amused.Runtime;
using Amused.Weights;
using PictureBook.Scenes;
using static TorchSharp.torch;

namespace PictureBook.Reader;

/// <summary>A thing that the reader finds.</summary>
/// <param name="Thing">What it is.</param>
/// <param name="Place">Where.</param>
/// <param name="Confidence">The probability that the reader gives it, 0 to 1.</param>
public sealed record FoundThing(Thing Thing, Place Place, float Confidence);

/// <summary>
/// Tells the things in pictures of the drawn world, and their places. Learns from drawn pictures (<see cref="ReaderTraining.ReaderTrainer"/>), and is kept in a folder:
/// <c>config.json</c> and <c>model.safetensors</c> in half precision, below 2 MB for pictures of 128 pixels.
/// </summary>
public sealed class ThingReader : IDisposable
{
    private readonly ParameterSet parameters = new();
    private readonly IReadOnlyList<Thing> things;

    internal ThingReader(ReaderConfig config, IParameterSource source)
    {
        TorchRuntime.EnsureLoaded();
        Config = config;
        try
        {
            Network = new(config, new(source, parameters));
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
        things = [.. config.Things.Select(name => AllThings.Find(name)!)];
    }

    /// <summary>Its sizes.</summary>
    public ReaderConfig Config { get; }

    /// <summary>How many numbers it is made of.</summary>
    public long ParameterCount => parameters.ElementCount;

    internal ReaderNetwork Network { get; }

    internal ParameterSet Parameters => parameters;

    /// <summary>A reader that knows nothing yet.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="seed">The seed of its numbers.</param>
    internal static ThingReader Create(ReaderConfig config, long seed)
    {
        using RandomSource source = new(seed);
        return new(config, source);
    }

    /// <summary>Loads a trained reader.</summary>
    /// <param name="folder">The folder that <c>train-reader</c> wrote.</param>
    /// <exception cref="BrokenInputException">There is none, or it is damaged.</exception>
    public static ThingReader Load(string folder)
    {
        TorchRuntime.EnsureLoaded();
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
            throw FileFault.Of(folder, "holds no reader: train-reader makes one");
        var config = ConfigJson.Read<ReaderConfig>(path);
        using CheckpointSource source = new(WeightFiles.Find(folder, variant: null).Paths, areOwnCopies: true);
        ThingReader reader = new(config, source);
        source.ThrowIfLeftOver();
        return reader;
    }

    /// <summary>Writes the reader.</summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <exception cref="BrokenInputException">It can't be written.</exception>
    public void Save(string folder)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // The configuration comes last: without it the folder is no reader.
        WeightWriter.Write(folder, WeightWriter.TransformersStem, [.. parameters.Select(entry => SafetensorsTensor.Of(entry.Key, entry.Value.detach().to(ScalarType.Float16)))]);
        ConfigJson.Write(Path.Combine(folder, "config.json"), Config);
    }

    /// <summary>Finds the things in pictures.</summary>
    /// <param name="pictures">Squares of <see cref="ReaderConfig.Side"/> pixels, at least one; all of them are read at once.</param>
    /// <returns>For each picture what is in it, from left to right; at most one thing for each place.</returns>
    /// <exception cref="InvalidRequestException">A picture has another size.</exception>
    public IReadOnlyList<IReadOnlyList<FoundThing>> Read(IReadOnlyList<RgbImage> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.FirstOrDefault(picture => picture.Width != Config.Side || picture.Height != Config.Side) is { } other)
            throw new InvalidRequestException($"a picture has {other.Width} × {other.Height} pixels; this reader reads {Config.Side} × {Config.Side}");
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var (confidences, answers) = nn.functional.softmax(Network.Forward(PictureBatch.Of(pictures)), 2).max(2);
        return [.. confidences.data<float>().ToArray().Zip(answers.data<long>().ToArray()).Chunk((int)answers.shape[1]).Select(Found)];
    }

    /// <summary>Frees its numbers.</summary>
    public void Dispose() => parameters.Dispose();

    private List<FoundThing> Found((float Confidence, long Answer)[] places) =>
        [.. places.Index().Where(place => place.Item.Answer > 0).Select(place => new FoundThing(things[(int)place.Item.Answer - 1], (Place)place.Index, place.Item.Confidence))];
}
