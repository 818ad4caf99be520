using Amused.Images;

namespace Amused.Cli.Output;

/// <summary>
/// Shows how a picture fills in: a frame for each step's prediction, where the places that are still masked are dimmed and hatched.
/// </summary>
internal static class StepAnimation
{
    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastTime = TimeSpan.FromSeconds(2.5);

    /// <summary>Decodes each step and writes the animation, whole or not at all.</summary>
    public static bool Save(
        string path, AmusedPipeline pipeline, IReadOnlyList<StepImage> steps, RgbImage final, IReadOnlyDictionary<string, string> text,
        IProgressBar bar, CancellationToken cancellation)
    {
        var frames = new List<RgbImage>();
        // The last step's prediction is the final picture.
        foreach (var step in steps.Take(steps.Count - 1))
        {
            cancellation.ThrowIfCancellationRequested();
            frames.Add(Shade(pipeline.Decode(step.Predicted), step));
            bar.Report(frames.Count, steps.Count);
        }
        frames.Add(final);
        AnimationWriter.Save(path, frames, StepTime, LastTime, text: text);
        return true;
    }

    /// <summary>Dims a picture to two fifths where its tokens are masked, with lighter diagonal lines over it.</summary>
    internal static RgbImage Shade(RgbImage picture, StepImage step)
    {
        var (rows, columns) = (step.Tokens.Rows, step.Tokens.Columns);
        var pixels = picture.Pixels.ToArray();
        var spacing = Math.Max(4, picture.Width / columns / 2);
        for (var y = 0; y < picture.Height; y++)
        {
            var row = y * rows / picture.Height * columns;
            for (var x = 0; x < picture.Width; x++)
            {
                if (!step.Masked[row + x * columns / picture.Width])
                    continue;
                var lift = (x + y) % spacing == 0 ? 80 : 0;
                var start = 3 * (y * picture.Width + x);
                for (var channel = start; channel < start + 3; channel++)
                    pixels[channel] = (byte)(pixels[channel] * 2 / 5 + lift);
            }
        }
        return new(picture.Width, picture.Height, pixels);
    }
}
