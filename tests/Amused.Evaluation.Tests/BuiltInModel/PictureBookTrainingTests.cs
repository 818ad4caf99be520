using Amused.Imaging;
using Amused.PictureBook;
using Amused.PictureBook.Captions;
using Amused.PictureBook.Rendering;
using Amused.PictureBook.Tests.Support;
using Amused.Runtime;
using Amused.Training;
using Amused.Training.Configuration;
using Amused.Training.Schedules;
using Xunit;

namespace Amused.Evaluation.Tests.BuiltInModel;

/// <summary>What the model in the box can still learn, by the pixels of the pictures that it draws afterwards.</summary>
[Trait("Category", "Long")]
public sealed class PictureBookTrainingTests(PictureBookFixture model) : IClassFixture<PictureBookFixture>, IDisposable
{
    /// <summary>Drawings of our own, 32 × 32, of what the drawn world lacks.</summary>
    private static readonly Dictionary<string, string> NewIcons = new()
    {
        ["lighthouse"] = """
            <path fill="#f4f4f4" d="M12 8h8l2 24H10z"/><path fill="#d8342c" d="M11.6 13h8.8l.4 5h-9.6zM10.9 23h10.2l.4 5h-11z"/><path fill="#ffd84a" d="M13 4h6v4h-6z"/><path fill="#333" d="M12 1h8l1 3H11z"/>
            """,
        ["robot"] = """
            <path fill="#8c98a6" d="M7 4h18v12H7zM9 18h14v12H9z"/><path fill="#2bd4e8" d="M10 7h5v5h-5zM17 7h5v5h-5z"/><path fill="#5a6572" d="M3 19h5v8H3zM24 19h5v8h-5zM15 0h2v4h-2z"/>
            """,
        ["flag"] = """
            <path fill="#7a4a21" d="M6 1h3v31H6z"/><path fill="#1f5fd0" d="M9 2h21v8H9z"/><path fill="#f7c71e" d="M9 10h21v8H9z"/>
            """,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_grey_picture_takes_colour_from_others()
    {
        Greyed(model.Draw(1, "a fox in the middle on a meadow by day")[0]).Save(folder["style.png"]);
        Train(TrainingRecipe.Find("styledrop-256") with
        {
            Model = new() { Name = Weights.BuiltInModel.Name },
            MixedPrecision = Precision.BFloat16,
            Checkpoints = new() { Every = 0 },
            Data = new() { Image = folder["style.png"], Prompt = "a fox in the middle on a meadow by day in pencil" },
            Optimizer = new() { LearningRate = 3e-3 }, MaxSteps = 400, BatchSize = 4, Output = folder["style"],
        });

        string[] others = ["a red balloon in the desert by day", "a green house on a meadow at sunset", "a yellow car in the snow in the rain"];
        var before = model.Draw(2, [.. others.Select(prompt => prompt + " in pencil")]).Average(Colourfulness);
        var style = model.Pipeline.LoadLora(folder["style"]);
        var after = model.Draw(2, [.. others.Select(prompt => prompt + " in pencil")]).Average(Colourfulness);
        model.Pipeline.UnloadLora(style);
        Assert.InRange(after, 0, 0.9 * before);
    }

    [Fact]
    public void Three_new_things_are_learnt_from_three_hundred_pictures()
    {
        var drawings = TinyDrawings.With(NewIcons);
        Thing[] things = [.. NewIcons.Keys.Select(drawings.Newcomer)];
        SceneRenderer renderer = new(drawings);
        WriteScenes(renderer, things, 300);
        Train(new()
        {
            Model = new() { Name = Weights.BuiltInModel.Name }, TextEncoder = new() { Mode = TrainingMode.Full }, MixedPrecision = Precision.BFloat16,
            Checkpoints = new() { Every = 0 }, Data = new() { Source = folder["scenes"] }, Loss = new() { ConditionDropout = 0.1, BackgroundWeight = 0.3 },
            Optimizer = new() { Kind = OptimizerKind.Muon, LearningRate = 1e-3, Schedule = LearningRateCurve.Linear, WarmupSteps = 20, MaxGradientNorm = 1 },
            MaxSteps = 300, BatchSize = 16, Output = folder["newcomers"],
        });

        using PictureBookFixture taught = new(folder["newcomers"]);
        var (before, after) = (Recognized(model), Recognized(taught));
        Assert.True(after >= 9 && after > before, $"{before} of 12 at first, {after} when taught");

        int Recognized(PictureBookFixture drawer) => things.Sum(asked => drawer
            .Draw(5, [.. Enumerable.Repeat($"a big {asked.Name} in the middle in the snow by day", 4)])
            .Count(picture => things.MinBy(thing => Views(thing).Min(view => Distance(picture, view))) == asked));

        IEnumerable<RgbImage> Views(Thing thing) => Enumerable.Range(0, 8).Select(seed => renderer.Render(new()
        {
            Seed = seed, Index = 0, Things = [new(thing, ThingColour.None, Place.Middle, ThingSize.Large)], Sky = Sky.Day, Ground = Ground.Snow,
        }));
    }

    /// <summary>Scenes with one thing each, by turns, their captions and masks.</summary>
    private void WriteScenes(SceneRenderer renderer, Thing[] things, int count)
    {
        Directory.CreateDirectory(folder["scenes"]);
        for (var i = 0; i < count; i++)
        {
            var scene = SceneSampler.Sample(1, i);
            scene = scene with { Things = [scene.Things[0] with { Thing = things[i % things.Length], Colour = ThingColour.None }] };
            File.WriteAllBytes(folder[$"scenes/{i}.png"], renderer.RenderPng(scene));
            File.WriteAllBytes(folder[$"scenes/{i}.mask.png"], renderer.RenderMaskPng(scene));
            File.WriteAllText(folder[$"scenes/{i}.txt"], CaptionWriter.Write(scene));
        }
    }

    private static double Distance(RgbImage one, RgbImage other) => one.Pixels.ToArray().Zip(other.Pixels.ToArray(), (a, b) => (double)(a - b) * (a - b)).Sum();

    private static void Train(TrainingConfig config)
    {
        using var trainer = Trainer.Create(config);
        Assert.Equal(config.MaxSteps, trainer.Run(cancellation: TestContext.Current.CancellationToken).Step);
    }

    private static RgbImage Greyed(RgbImage picture)
    {
        var pixels = picture.Pixels.ToArray();
        for (var i = 0; i < pixels.Length; i += 3)
            pixels[i] = pixels[i + 1] = pixels[i + 2] = (byte)(0.3 * pixels[i] + 0.59 * pixels[i + 1] + 0.11 * pixels[i + 2]);
        return new(picture.Width, picture.Height, pixels);
    }

    /// <summary>How far the largest channel is above the least, on average, 0 to 255.</summary>
    private static double Colourfulness(RgbImage picture) =>
        picture.Pixels.ToArray().Chunk(3).Average(pixel => pixel.Max() - pixel.Min());
}
