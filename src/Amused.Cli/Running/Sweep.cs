using System.Globalization;
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
internal sealed record Sweep(
    string Prompt, IReadOnlyList<string> NegativePrompts, IReadOnlyList<SweepAxis> Axes, ModelChoice Model, LoraChoices Loras, string Output, TextToImageRequest Request)
{
    public int Columns => Axes[^1].Values.Count;

    /// <summary>The values of each cell, row by row.</summary>
    public IEnumerable<IReadOnlyList<SweepValue>> Cells() => Axes.Count == 1
        ? Axes[0].Values.Select(value => (IReadOnlyList<SweepValue>)[value])
        : Axes[0].Values.SelectMany(row => Axes[1].Values.Select(column => (IReadOnlyList<SweepValue>)[row, column]));
}

/// <summary>A setting and the values that are compared.</summary>
/// <param name="Name">The option's long name without dashes.</param>
/// <param name="Values">The values, in order.</param>
internal sealed record SweepAxis(string Name, IReadOnlyList<SweepValue> Values);

/// <summary>One value of an axis.</summary>
/// <param name="Name">The option's long name without dashes.</param>
/// <param name="Label">What stands under the cell.</param>
/// <param name="Json">The value for machines.</param>
/// <param name="Apply">Sets it in a request.</param>
internal sealed record SweepValue(string Name, string Label, JsonValue Json, Func<TextToImageRequest, TextToImageRequest> Apply)
{
    public static SweepValue Steps(long count) => new("steps", $"steps {count}", JsonValue.Create(count), request => request with { Steps = (int)count });

    public static SweepValue Guidance(float scale) =>
        new("guidance-scale", string.Create(CultureInfo.InvariantCulture, $"guidance {scale}"), JsonValue.Create(scale), request => request with { GuidanceScale = scale });

    public static SweepValue Seed(long seed) => new("seed", $"seed {seed}", JsonValue.Create(seed), request => request with { Seed = seed });
}
