using System.Text.Json.Nodes;
using Amused.Cli.Running;
using Amused.Runtime;

namespace Amused.Cli.Output;

/// <summary>One line of JSON about one picture. Seconds are those of the whole call that made it, loading only of the call that loaded.</summary>
internal static class ImageLine
{
    public static string Compose(OutputPlan plan, int k, string prompt, GenerationResult result, TimeSpan loadTime)
    {
        var image = result.Images[k];
        var line = new JsonObject
        {
            ["path"] = plan.Pictures[k],
            ["index"] = plan.FirstIndex + k,
            ["seed"] = image.Seed,
            ["prompt"] = prompt,
            ["width"] = image.Picture.Width,
            ["height"] = image.Picture.Height,
            ["images"] = plan.Pictures.Count,
            ["precision"] = PrecisionNames.Of(result.Precision),
            ["seconds"] = Seconds(loadTime, result.Timings),
            ["peak_memory_bytes"] = PeakMemory.Bytes(),
        };
        if (plan.Animations.Count > 0)
            line["animation"] = plan.Animations[k];
        if (plan.Tokens is { } tokens)
            line["tokens"] = tokens;
        return line.ToJsonString(PictureSettings.Readable);
    }

    /// <summary>The stages of a call.</summary>
    public static JsonObject Seconds(TimeSpan loadTime, StageTimings timings) => new()
    {
        ["load"] = Round(loadTime),
        ["text_encoding"] = Round(timings.TextEncoding),
        ["image_encoding"] = Round(timings.ImageEncoding),
        ["sampling"] = Round(timings.Sampling),
        ["decoding"] = Round(timings.Decoding),
    };

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 4);
}
