using System.Globalization;
using Amused.Images;

namespace Amused.Training;

/// <summary>Makes the pictures by which one sees how a run is getting on, with the averaged weights where there are such.</summary>
internal static class ValidationPictures
{
    /// <summary>Makes the pictures of one step and saves them as a grid.</summary>
    /// <returns>The grid and its file.</returns>
    public static (string Path, RgbImage Grid) Make(TrainedModels models, TrainingConfig config, EmaWeights? ema, int resolution, long step)
    {
        var settings = config.Validation;
        var request = new TextToImageRequest(settings.Prompts)
        {
            Seed = settings.Seed,
            ImagesPerPrompt = settings.ImagesPerPrompt,
            Width = resolution,
            Height = resolution,
        };
        var result = WithoutChance(models, ema, () => models.Pipeline.Generate(request));
        var grid = ImageGrid.Compose(
            [.. result.Images.Select(image => image.Picture)],
            settings.ImagesPerPrompt > 1 ? settings.ImagesPerPrompt : (int)Math.Ceiling(Math.Sqrt(settings.Prompts.Count)),
            [.. result.Images.Select(image => settings.Prompts[image.PromptIndex])]);
        var path = Path.Combine(config.Output, "validation", string.Create(CultureInfo.InvariantCulture, $"step-{step:000000}.png"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        grid.Save(path);
        return (path, grid);
    }

    /// <summary>Does something with the weights as they are meant to be used: averaged, and without dropout.</summary>
    public static T WithoutChance<T>(TrainedModels models, EmaWeights? ema, Func<T> work)
    {
        foreach (var network in models.Networks)
            network.SetDropout(false);
        models.Pipeline.ForgetPrompts();
        try
        {
            return EmaWeights.Swapped(ema, work);
        }
        finally
        {
            models.Pipeline.ForgetPrompts();
            foreach (var network in models.Networks)
                network.SetDropout(true);
        }
    }
}
