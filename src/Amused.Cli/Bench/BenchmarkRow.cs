namespace Amused.Cli.Bench;

/// <summary>What one way to make pictures takes, measured here or told by others; null stands for what isn't known.</summary>
internal sealed record BenchmarkRow
{
    /// <summary>The program, such as <c>amused 0.1.0</c> or <c>Python, torch 2.13</c>.</summary>
    public required string System { get; init; }

    /// <summary>What it ran on.</summary>
    public string? Machine { get; init; }

    /// <summary>The model.</summary>
    public string? Model { get; init; }

    /// <summary>The pictures' width in pixels.</summary>
    public int? Width { get; init; }

    /// <summary>The pictures' height in pixels.</summary>
    public int? Height { get; init; }

    /// <summary>The number of sampling steps.</summary>
    public int? Steps { get; init; }

    /// <summary>The guidance scale; above 1 the network runs on two sequences for each picture.</summary>
    public double? GuidanceScale { get; init; }

    /// <summary>How many pictures a call makes.</summary>
    /// <value>The default value is 1.</value>
    public int Batch { get; init; } = 1;

    /// <summary>The arithmetic of the networks, by the word that the command line has for it.</summary>
    public string? Precision { get; init; }

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string? Device { get; init; }

    /// <summary>Seconds of each stage.</summary>
    public StageFigures Seconds { get; init; } = new();

    /// <summary>The most memory that the process had, loading included: its resident set, files that are mapped among it.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>What a large matrix product reached in the same process, in 10⁹ floating-point operations a second, by precision.</summary>
    public IReadOnlyDictionary<string, double>? MatrixGflops { get; init; }

    /// <summary>Where the figures are from.</summary>
    /// <value>The default value is null: the file's own source, or measured by this program.</value>
    public string? Source { get; init; }
}
