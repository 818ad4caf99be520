namespace Amused.Cli.Running;

/// <summary>What the command line says of a VQGAN's training; null where it says nothing.</summary>
internal sealed record VqTrainingChoice
{
    public required string Data { get; init; }

    public string? Config { get; init; }

    public string? From { get; init; }

    public required string Output { get; init; }

    public string? Plan { get; init; }

    public IReadOnlyList<long>? Steps { get; init; }

    public int? Resolution { get; init; }

    public int? CropSize { get; init; }

    public int? BatchSize { get; init; }

    public double? LearningRate { get; init; }

    public long? DiscriminatorStart { get; init; }

    public double? Ema { get; init; }

    public bool BFloat16 { get; init; }

    public long? Seed { get; init; }

    public long? SaveEvery { get; init; }

    public TimeSpan? TimeLimit { get; init; }

    public bool Resumes { get; init; }
}
