using System.Text.Json;
using Amused.Tests.Golden;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class ScheduleGoldenTests : IGoldenTests
{
    private const double Tolerance = 1e-6;

    public static IEnumerable<string> FilesRead => GoldenFolder.Files("training/schedules.safetensors");

    public static TheoryData<string> Files => [.. FilesRead];

    [Theory]
    [MemberData(nameof(Files))]
    public void Rates_and_averages_follow_the_reference(string file)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        // In double: a rate of 1e-7 would drown in float32's rounding of the others.
        var rates = SafetensorsFile.Open(GoldenFolder.PathOf(file));
        foreach (var key in figures.Keys)
        {
            _ = figures[key];
            if (key.Split('.') is ["lr", var curve])
                AssertRates(curve, figures.Metadata(curve), rates.ReadFloats(key));
            else if (key.Split('.') is ["ema", var number, "start"])
                AssertAverages(figures, $"ema.{number}");
        }
        figures.AssertAllRead();
    }

    private static void AssertRates(string curve, JsonElement settings, float[] expected)
    {
        LearningRateSchedule schedule = new()
        {
            Curve = JsonSerializer.Deserialize<LearningRateCurve>($"\"{curve}\"", new JsonSerializerOptions { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } }),
            BaseRate = settings.GetProperty("lr").GetDouble(),
            WarmupUpdates = settings.GetProperty("warmup").GetInt64(),
            TotalUpdates = settings.GetProperty("total").GetInt64(),
            Cycles = settings.TryGetProperty("num_cycles", out var cycles) ? cycles.GetInt32() : 1,
            Power = settings.TryGetProperty("power", out var power) ? power.GetDouble() : 1,
        };
        for (var update = 0; update < expected.Length; update++)
            Assert.True(
                Math.Abs(schedule.At(update) - expected[update]) <= Tolerance * Math.Max(expected[update], 1e-9),
                $"{curve}[{update}]: {schedule.At(update)} instead of {expected[update]}");
    }

    private static void AssertAverages(GoldenFigures figures, string name)
    {
        var settings = figures.Metadata(name);
        EmaOptions options = new()
        {
            Decay = settings.GetProperty("decay").GetDouble(),
            MinDecay = Optional("min_decay", 0),
            UpdateAfter = (long)Optional("update_after_step", 0),
            UsesWarmup = settings.TryGetProperty("use_ema_warmup", out var warmup) && warmup.GetBoolean(),
            InverseGamma = Optional("inv_gamma", 1),
            Power = Optional("power", 2.0 / 3),
        };
        var parameter = figures[$"{name}.start"];
        using EmaWeights average = new([new("x", parameter)], options);
        for (var update = 0; figures.Has($"{name}.{update}.parameter"); update++)
        {
            parameter.copy_(figures[$"{name}.{update}.parameter"]);
            average.Update();
            Agreement.AssertClose($"{name}.{update}", figures[$"{name}.{update}.shadow"], average.Shadows.Single().Value, Tolerance);
        }

        double Optional(string key, double otherwise) => settings.TryGetProperty(key, out var value) ? value.GetDouble() : otherwise;
    }
}
