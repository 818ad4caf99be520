using Amused.Cli.Options;
using Amused.Runtime;

namespace Amused.Cli.Running;

/// <summary>What the command line says of a benchmark: every combination of the lists is measured.</summary>
internal sealed record BenchChoice
{
    public required IReadOnlyList<string> Models { get; init; }

    public required HubChoice Hub { get; init; }

    public required string Device { get; init; }

    /// <summary>Sizes in pixels; null stands for the model's own.</summary>
    public required IReadOnlyList<(int Width, int Height)?> Sizes { get; init; }

    /// <summary>Numbers of steps; null stands for the checkpoint's own.</summary>
    public required IReadOnlyList<long?> Steps { get; init; }

    public required IReadOnlyList<long> Batches { get; init; }

    public required IReadOnlyList<Precision> Precisions { get; init; }

    public float? GuidanceScale { get; init; }

    public required int WarmUps { get; init; }

    public required int Repeats { get; init; }

    public bool InProcess { get; init; }

    public required IReadOnlyList<string> Compare { get; init; }

    public string? Output { get; init; }

    public string? Plot { get; init; }

    public bool Json { get; init; }

    /// <summary>The combinations, those of a model together.</summary>
    public IEnumerable<BenchConfiguration> Configurations() =>
        from model in Models
        from size in Sizes
        from steps in Steps
        from batch in Batches
        from precision in Precisions
        select new BenchConfiguration(model, size, (int?)steps, (int)batch, precision);
}

/// <summary>One combination of what is measured.</summary>
/// <param name="Model">Folder or hub id, as it was given.</param>
/// <param name="Size">In pixels; null: the model's own.</param>
/// <param name="Steps">Sampling steps; null: the checkpoint's own.</param>
/// <param name="Batch">Pictures of a call.</param>
/// <param name="Precision">The arithmetic of the networks.</param>
internal sealed record BenchConfiguration(string Model, (int Width, int Height)? Size, int? Steps, int Batch, Precision Precision)
{
    /// <summary>The model's last name.</summary>
    public string ModelName => Path.GetFileName(Path.TrimEndingDirectorySeparator(Model)) is { Length: > 0 } name ? name : Model;

    /// <summary>What it is called while it is measured.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        ModelName,
        Size is { } size ? PictureSize.Word(size.Width, size.Height) : null,
        Steps is { } steps ? $"{steps} steps" : null,
        Batch > 1 ? $"batch {Batch}" : null,
        PrecisionNames.Of(Precision),
    }.OfType<string>());
}
