using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amused.Runtime;

namespace Amused.Cli.Reports;

/// <summary>A checkpoint's report as a table and as JSON.</summary>
internal static class CheckpointText
{
    public static void WriteTable(CheckpointReport report, TextWriter writer)
    {
        writer.WriteLine($"{report.Path}: {report.Pipeline}");
        writer.WriteLine();
        var rows = new List<string[]> { new[] { "part", "class", "variant", "parameters", "type", "size", "files" } };
        foreach (var component in report.Components)
        {
            foreach (var weights in component.Weights)
                rows.Add([component.Name, component.ClassName, weights.Variant ?? "", Count(weights.Parameters), string.Join(", ", weights.Dtypes), Lines.Bytes(weights.Bytes), weights.Files.ToString(CultureInfo.InvariantCulture)]);
            if (component.Weights.Count == 0)
                rows.Add([component.Name, component.ClassName, "", "", "", "", ""]);
        }
        TextTable.Write(rows, writer);
        writer.WriteLine();
        var (first, last) = (report.Defaults.Temperature.Start, report.Defaults.Temperature.End);
        TextTable.Write(
        [
            ["default size", $"{report.DefaultSide} × {report.DefaultSide} pixels; sides are multiples of {report.SizeMultiple}"],
            ["codebook", $"{Count(report.CodebookSize)} codes"],
            ["prompt", $"up to {report.MaxTokens} tokens with start and end"],
            ["processor", Processor.Instructions is { Count: > 0 } instructions ? string.Join(", ", instructions) : "no vector instructions that matter here"],
            ["precision", $"{PrecisionNames.Of(report.Auto.Precision)} on this machine: {report.Auto.Reason}"],
            ["defaults", string.Create(CultureInfo.InvariantCulture, $"--steps {report.Defaults.Steps} --guidance-scale {report.Defaults.GuidanceScale} --temperature {first},{last}")],
            .. (report.Words?.Choices ?? ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty).Select(group => (string[])[group.Key, string.Join(", ", group.Value)]),
        ], writer);
    }

    public static string ToJson(CheckpointReport report) => new JsonObject
    {
        ["kind"] = "checkpoint",
        ["path"] = report.Path,
        ["pipeline"] = report.Pipeline,
        ["components"] = new JsonObject(report.Components.Select(component => KeyValuePair.Create(component.Name, (JsonNode?)new JsonObject
        {
            ["class"] = component.ClassName,
            ["weights"] = new JsonArray([.. component.Weights.Select(weights => new JsonObject
            {
                ["variant"] = weights.Variant,
                ["parameters"] = weights.Parameters,
                ["dtypes"] = new JsonArray([.. weights.Dtypes.Select(dtype => (JsonNode)dtype)]),
                ["bytes"] = weights.Bytes,
                ["files"] = weights.Files,
            })]),
        }))),
        ["default_size"] = report.DefaultSide,
        ["size_multiple"] = report.SizeMultiple,
        ["codebook_size"] = report.CodebookSize,
        ["max_tokens"] = report.MaxTokens,
        ["words"] = report.Words is null ? null : JsonSerializer.SerializeToNode(report.Words.Groups),
        ["processor"] = new JsonArray([.. Processor.Instructions.Select(name => (JsonNode)name)]),
        ["auto_precision"] = new JsonObject { ["precision"] = PrecisionNames.Of(report.Auto.Precision), ["reason"] = report.Auto.Reason },
        ["defaults"] = new JsonObject
        {
            ["steps"] = report.Defaults.Steps,
            ["guidance-scale"] = report.Defaults.GuidanceScale,
            ["temperature"] = new JsonArray(report.Defaults.Temperature.Start, report.Defaults.Temperature.End),
        },
    }.ToJsonString(PictureSettings.Readable);

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
