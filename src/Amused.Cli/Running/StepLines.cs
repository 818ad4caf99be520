using System.Text.Json;
using System.Text.Json.Serialization;
using Amused.Cli.Output;

namespace Amused.Cli.Running;

/// <summary>
/// Says how a run is getting on: to people by a bar, to programs by a line of JSON for each step, to files by a line now and then.
/// </summary>
internal static class StepLines
{
    /// <summary>Where nobody watches a bar, the share of a run that passes between two lines.</summary>
    private const int Lines = 100;

    private static readonly JsonSerializerOptions JsonLines = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Shows a step.</summary>
    /// <param name="host">Where.</param>
    /// <param name="json">Whether a program listens.</param>
    /// <param name="bar">The bar.</param>
    /// <param name="report">The step for programs.</param>
    /// <param name="step">Its number.</param>
    /// <param name="steps">How many there are.</param>
    /// <param name="line">The step for people.</param>
    /// <param name="remaining">How long the rest will take.</param>
    public static void Show<T>(Host host, bool json, IProgressBar bar, T report, long step, long steps, string line, TimeSpan remaining)
    {
        bar.Report(step, steps, line);
        if (json)
            host.Out.WriteLine(JsonSerializer.Serialize(report, JsonLines));
        else if (!host.ShowsProgress && (step == steps || step % Math.Max(1, steps / Lines) == 0))
            host.Error.WriteLine($"step {step} of {steps}: {line}, {Cli.Lines.Duration(remaining)} left");
    }
}
