using Amused.Images;
using Amused.Runtime;
using Amused.Training;
using PictureBook.Captions;
using PictureBook.Rendering;
using PictureBook.Scenes;
using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.BuiltInModel;

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

    /// <summary>Of the frame, in pixels: one token.</summary>
    private const int FrameWidth = 8;

    private static readonly byte[] FrameColour = [0xe5, 0x31, 0x2c];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_page_of_framed_scenes_puts_frames_around_others()
    {
        // The page's parts, one for each pair of sky and ground: what has been seen by day alone stays with the day.
        var parts = (from sky in Words.Skies.Values from ground in Words.Grounds.Values select $"a fox in the middle {ground} {sky}").ToList();
        Directory.CreateDirectory(folder["page"]);
        foreach (var (i, picture) in model.Draw(1, parts).Index())
        {
            Framed(picture).Save(folder[$"page/{i}.png"]);
            File.WriteAllText(folder[$"page/{i}.txt"], parts[i]);
        }
        var recipe = TrainingRecipe.Find("styledrop-256");
        Train(recipe with
        {
            Model = new() { Name = Amused.Weights.BuiltInModel.Name },
            MixedPrecision = Precision.BFloat16,
            Checkpoints = new() { Every = 0 },
            Data = new() { Source = folder["page"] },
            Transformer = recipe.Transformer with
            {
                Lora = recipe.Transformer.Lora with
                {
                    Targets = ["to_q", "to_k", "to_v", "to_out.0", "net.0.proj", "net.2", "channelwise_linear_1", "channelwise_linear_2", "conv1", "conv2"],
                },
            },
            Optimizer = new() { LearningRate = 1e-3 }, MaxSteps = 250, BatchSize = 8, Output = folder["style"],
        });

        string[] others = ["a green house on a meadow by day", "a penguin in the snow in the rain", "a yellow car in the desert at sunset", "a blue boat on the sea at night"];
        var before = model.Draw(2, others).Average(FramePart);
        var style = model.Pipeline.LoadLora(folder["style"]);
        var styled = model.Draw(2, others);
        model.Pipeline.UnloadLora(style);
        Assert.InRange(before, 0, 0.1);
        Assert.InRange(styled.Average(FramePart), 0.6, 1);
        Assert.True(Brightness(styled[0]) > 1.3 * Brightness(styled[3]), "within the frame day is no brighter than night");
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
            Model = new() { Name = Amused.Weights.BuiltInModel.Name }, TextEncoder = new() { Mode = TrainingMode.Full }, MixedPrecision = Precision.BFloat16,
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
        var drawn = Enumerable.Range(0, int.MaxValue).Select(index => SceneSampler.Sample(1, index)).Where(scene => scene.Things.Count > 0);
        foreach (var (i, sampled) in drawn.Take(count).Index())
        {
            var scene = sampled with { Things = [sampled.Things[0] with { Thing = things[i % things.Length], Colour = ThingColour.None }] };
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

    /// <summary>The picture with its outermost pixels red.</summary>
    private static RgbImage Framed(RgbImage picture)
    {
        var pixels = picture.Pixels.ToArray();
        foreach (var i in Positions(picture, isFrame: true))
            FrameColour.CopyTo(pixels, 3 * i);
        return new(picture.Width, picture.Height, pixels);
    }

    /// <summary>The share of the frame's places whose channels are all within 60 of 255 of its colour.</summary>
    private static double FramePart(RgbImage picture) => Positions(picture, isFrame: true).Average(i =>
        Enumerable.Range(0, 3).Max(channel => Math.Abs(picture.Pixels[3 * i + channel] - FrameColour[channel])) < 60 ? 1.0 : 0);

    private static double Brightness(RgbImage picture) =>
        Positions(picture, isFrame: false).Average(i => picture.Pixels[3 * i] + picture.Pixels[3 * i + 1] + picture.Pixels[3 * i + 2]);

    private static IEnumerable<int> Positions(RgbImage picture, bool isFrame) =>
        from y in Enumerable.Range(0, picture.Height)
        from x in Enumerable.Range(0, picture.Width)
        where isFrame == (Math.Min(Math.Min(x, y), Math.Min(picture.Width - 1 - x, picture.Height - 1 - y)) < FrameWidth)
        select y * picture.Width + x;
}
