using Amused.Images;
using PictureBook.Reader;
using PictureBook.ReaderTraining;
using PictureBook.Rendering;
using PictureBook.Scenes;
using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.Reader;

public sealed class ThingReaderTests : IDisposable
{
    private static readonly ReaderTrainingOptions Short = new() { Steps = 3, BatchSize = 8 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_learns_where_things_stand_in_a_few_dozen_steps()
    {
        List<double> losses = [];
        using var reader = ReaderTrainer.Train(TinyDrawings.Set, ReaderConfig.For(32), new() { Steps = 80, BatchSize = 32, Seed = 1 }, step => losses.Add(step.Loss));
        Assert.Equal(80, losses.Count);
        Assert.True(losses[^10..].Average() < 0.7 * losses[0], $"from {losses[0]} to {losses[^10..].Average()}");

        SceneRenderer renderer = new(TinyDrawings.Set, 32);
        Scene[] scenes = [.. Enumerable.Range(0, 100).Select(i => SceneSampler.Sample(9, i, Split.HeldOut))];
        var found = reader.Read([.. scenes.Select(renderer.Render)]);
        var right = scenes.Zip(found, (scene, things) => Enum.GetValues<Place>().Count(place => scene.Things.Any(thing => thing.Place == place) == things.Any(thing => thing.Place == place))).Sum();
        // Half of all places are empty: to say always the same is right in some 150.
        Assert.True(right > 195, $"at {right} of 300 places it is told whether something stands there");
    }

    [Fact]
    public void The_same_seed_gives_the_same_reader()
    {
        using var first = Train(Short);
        using var second = Train(Short);
        using var other = Train(Short with { Seed = 1 });
        Assert.Equal(Numbers(first), Numbers(second));
        Assert.NotEqual(Numbers(first), Numbers(other));
    }

    [Fact]
    public void A_time_limit_ends_the_training_with_its_schedule()
    {
        ReaderProgress last = default;
        using var reader = ReaderTrainer.Train(TinyDrawings.Set, ReaderConfig.For(32), Short with { Steps = 1_000_000, TimeLimit = TimeSpan.FromMilliseconds(300) }, step => last = step);
        Assert.Equal(1, last.Progress);
        Assert.InRange(last.Step, 1, 999_999);
    }

    [Fact]
    public void A_saved_reader_reads_as_before_within_half_precision()
    {
        using var reader = Train(Short);
        reader.Save(folder["reader"]);
        using var loaded = ThingReader.Load(folder["reader"]);
        Assert.Equal(["reader/config.json", "reader/model.safetensors"], folder.Names.Select(name => name.Replace('\\', '/')));
        foreach (var (one, other) in Numbers(reader).Zip(Numbers(loaded)))
            Assert.Equal(one, other, 1e-3f);
        reader.Save(folder["reader"]); // over the files that another one may have open
    }

    [Fact]
    public void The_reader_of_the_usual_size_is_small()
    {
        using var reader = ThingReader.Create(ReaderConfig.For(128), seed: 0);
        Assert.True(2 * reader.ParameterCount < 2_000_000, $"{2 * reader.ParameterCount} bytes in half precision");
    }

    [Fact]
    public void Pictures_of_another_size_are_refused()
    {
        using var reader = ThingReader.Create(ReaderConfig.For(32), seed: 0);
        var message = Assert.Throws<InvalidRequestException>(() => reader.Read([new RgbImage(16, 32, new byte[3 * 16 * 32])])).Message;
        Assert.Equal("a picture has 16 × 32 pixels; this reader reads 32 × 32", message);
    }

    [Fact]
    public void A_folder_without_a_reader_or_with_a_broken_one_is_refused()
    {
        Assert.Contains("train-reader", Assert.Throws<BrokenInputException>(() => ThingReader.Load(folder.Path)).Message);
        using (var reader = ThingReader.Create(ReaderConfig.For(32), seed: 0))
            reader.Save(folder.Path);
        var config = File.ReadAllText(folder["config.json"]);
        folder.Write("config.json", config.Replace("\"side\": 32", "\"side\": 64", StringComparison.Ordinal));
        Assert.Contains("channels", Assert.Throws<BrokenInputException>(() => ThingReader.Load(folder.Path)).Message);
        folder.Write("config.json", config.Replace("\"car\"", "\"ufo\"", StringComparison.Ordinal));
        Assert.Contains("things", Assert.Throws<BrokenInputException>(() => ThingReader.Load(folder.Path)).Message);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(1024)]
    public void There_are_no_sizes_for_other_sides(int side) => Assert.Throws<InvalidRequestException>(() => ReaderConfig.For(side));

    [Fact]
    public void A_cancelled_training_stops() =>
        Assert.ThrowsAny<OperationCanceledException>(() => ReaderTrainer.Train(TinyDrawings.Set, ReaderConfig.For(32), Short, cancellation: new(canceled: true)));

    private static ThingReader Train(ReaderTrainingOptions options) => ReaderTrainer.Train(TinyDrawings.Set, ReaderConfig.For(32), options);

    private static float[] Numbers(ThingReader reader) => [.. reader.Parameters.SelectMany(entry => entry.Value.data<float>().ToArray())];
}
