using System.Text.Json.Nodes;
using Amused.Cli.Options;

namespace Amused.Cli.Running;

/// <summary>What a sweep makes.</summary>
/// <param name="Prompt">The prompt of every cell.</param>
/// <param name="NegativePrompts">None or one.</param>
/// <param name="Axes">One axis (a row) or two (rows × columns).</param>
/// <param name="Model">The model.</param>
/// <param name="Loras">What is applied to it.</param>
/// <param name="Output">The grid's file or pattern.</param>
/// <param name="Request">What the cells share.</param>
/// <param name="Settings">The settings that a sweep has options for.</param>
internal sealed record Sweep(
    string Prompt, IReadOnlyList<string> NegativePrompts, IReadOnlyList<SweepAxis> Axes, ModelChoice Model, LoraChoices Loras,
    string Output, TextToImageRequest Request, IReadOnlyList<RequestSetting> Settings)
{
    public int Columns => Axes[^1].Values.Count;

    /// <summary>The values of each cell, row by row.</summary>
    public IEnumerable<IReadOnlyList<SweepValue>> Cells() => Axes.Count == 1
        ? Axes[0].Cells().Select(value => (IReadOnlyList<SweepValue>)[value])
        : Axes[0].Cells().SelectMany(row => Axes[1].Cells().Select(column => (IReadOnlyList<SweepValue>)[row, column]));
}

/// <summary>A setting and the values that are compared.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Values">The values, in order.</param>
internal sealed record SweepAxis(RequestSetting Setting, IReadOnlyList<object> Values)
{
    public string Name => Setting.Name;

    public IEnumerable<SweepValue> Cells() => Values.Select(value => new SweepValue(Setting, value));
}

/// <summary>One value of an axis.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Value">Its value.</param>
internal sealed record SweepValue(RequestSetting Setting, object Value)
{
    /// <summary>What stands under the cell: <c>guidance 5</c>.</summary>
    public string Label => $"{Setting.Name.Split('-')[0]} {Json.ToJsonString()}";

    /// <summary>The value for machines.</summary>
    public JsonNode Json => Setting.Write(Apply(new()), new())!;

    /// <summary>Sets it in a request.</summary>
    public TextToImageRequest Apply(TextToImageRequest request) => (TextToImageRequest)Setting.Put(request, Value);
}
