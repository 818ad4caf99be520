using Amused.Imaging;
using Amused.PictureBook.Tests.Support;
using Amused.Runtime;
using Amused.Training;
using Amused.Training.Configuration;
using Xunit;

namespace Amused.Evaluation.Tests.BuiltInModel;

/// <summary>What the model in the box can still learn, by the pixels of the pictures that it draws afterwards.</summary>
[Trait("Category", "Long")]
public sealed class PictureBookTrainingTests(PictureBookFixture model) : IClassFixture<PictureBookFixture>, IDisposable
{
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
