using System.Globalization;

namespace Amused.Training.Vq;

/// <summary>A run's figures as a CSV file: a line for every so many steps. A resumed run cuts off what came after its checkpoint, and goes on.</summary>
internal sealed class VqLog : IDisposable
{
    private const string Header =
        "step,phase,loss,reconstruction_loss,psnr,learning_rate,gradient_norm,commitment_loss,used_codes,perplexity,revived,discriminator_loss,adaptive_weight,seconds";

    private readonly StreamWriter writer;
    private readonly long every;

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file; missing folders are made.</param>
    /// <param name="stepsDone">Lines of later steps are dropped.</param>
    /// <param name="every">How many steps there are to a line.</param>
    public VqLog(string path, long stepsDone, long every)
    {
        this.every = every;
        writer = FileFault.Reading(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            string[] lines = [Header, .. stepsDone > 0 && File.Exists(path) ? File.ReadLines(path).Skip(1).Where(line => StepOf(line) <= stepsDone) : []];
            File.WriteAllLines(path, lines);
            return new StreamWriter(path, append: true) { AutoFlush = true };
        });
    }

    public void Add(VqStepReport report)
    {
        if (report.Step % every != 0)
            return;
        object?[] fields =
        [
            report.Step, report.Phase, report.Loss, report.ReconstructionLoss, report.Psnr, report.LearningRate, report.GradientNorm,
            report.Codebook?.CommitmentLoss, report.Codebook?.UsedCodes, report.Codebook?.Perplexity, report.Codebook?.Revived,
            report.Discriminator?.Loss, report.Discriminator?.AdaptiveWeight, report.Duration.TotalSeconds,
        ];
        writer.WriteLine(string.Join(',', fields.Select(Field)));
    }

    public void Dispose() => writer.Dispose();

    private static string Field(object? value) => value switch
    {
        null => "",
        double number => number.ToString("G6", CultureInfo.InvariantCulture),
        string text when text.AsSpan().ContainsAny(',', '"', '\n') => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static long StepOf(string line) => long.TryParse(line.AsSpan(0, Math.Max(0, line.IndexOf(','))), CultureInfo.InvariantCulture, out var step) ? step : long.MaxValue;
}
