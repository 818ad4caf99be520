using Amused.Images;
using Amused.Training;

namespace TrainOnOwnData;

/// <summary>Trains a LoRA on pictures that the program draws itself, with a loss of its own, and stops when it likes what it hears.</summary>
/// <example><c>dotnet run -- MODEL OUTPUT STEPS</c></example>
public static class Program
{
    /// <summary>The program.</summary>
    /// <param name="args">A checkpoint (folder or hub id), a folder for the result, and the most steps.</param>
    public static int Main(string[] args)
    {
        var config = TrainingRecipe.Find("lora-256") with
        {
            Model = new() { Name = args[0] },
            Output = args[1],
            MaxSteps = long.Parse(args[2]),
            BatchSize = 2,
            Checkpoints = new() { Resume = "latest" },
        };
        using var stop = new CancellationTokenSource();
        using var trainer = Trainer.Create(config);
        var result = trainer.Run(new ListImageSource("stripes", [.. Enumerable.Range(1, 8).Select(Stripes)]), new()
        {
            // Any function of the logits will do; this one is the usual loss with smoothed labels.
            Loss = inputs => MaskedTokenLoss.Compute(inputs.Logits, inputs.Tokens.Labels, labelSmoothing: 0.1),
            OnStep = step =>
            {
                Console.WriteLine($"step {step.Step} of {step.Steps}: loss {step.Loss:0.000}, {step.ImagesPerSecond:0.0} images/s");
                if (step.Loss < 0.5)
                    stop.Cancel();
            },
            OnCheckpoint = folder => Console.WriteLine($"saved {folder}"),
            Notice = Console.Error.WriteLine,
        }, stop.Token);
        Console.WriteLine($"{result.End} after step {result.Step}");
        return 0;
    }

    /// <summary>A picture and its caption; the bytes could come from anywhere, and are asked for on another thread.</summary>
    private static RawExample Stripes(int width) => new($"{width} pixels", [$"stripes of {width} pixels"], () =>
    {
        var image = new byte[256 * 256 * 3];
        for (var i = 0; i < image.Length; i++)
            image[i] = (byte)(i / 3 % 256 / width % 2 * 255);
        return new RgbImage(256, 256, image).Encode(ImageFormat.Png);
    });
}
