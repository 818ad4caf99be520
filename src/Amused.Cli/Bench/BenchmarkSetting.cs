namespace Amused.Cli.Bench;

/// <summary>What is measured, and how often.</summary>
internal sealed record BenchmarkSetting
{
    /// <summary>The pictures' width in pixels.</summary>
    /// <value>The default value is null: the model's own.</value>
    public int? Width { get; init; }

    /// <summary>The pictures' height in pixels.</summary>
    /// <value>The default value is null: the model's own.</value>
    public int? Height { get; init; }

    /// <summary>The number of sampling steps.</summary>
    /// <value>The default value is null: the checkpoint's own.</value>
    public int? Steps { get; init; }

    /// <summary>The guidance scale.</summary>
    /// <value>The default value is null: the checkpoint's own.</value>
    public float? GuidanceScale { get; init; }

    /// <summary>How many pictures a call makes, each of a prompt of its own.</summary>
    /// <value>The default value is 1.</value>
    public int Batch { get; init; } = 1;

    /// <summary>Calls before the first that counts: they fill caches and the heap.</summary>
    /// <value>The default value is 1.</value>
    public int WarmUps { get; init; } = 1;

    /// <summary>Calls that count, ≥ 1.</summary>
    /// <value>The default value is 3.</value>
    public int Repeats { get; init; } = 3;

    /// <summary>Called before each call, on the calling thread, with how many are done.</summary>
    /// <value>The default value is null.</value>
    public Action<int>? OnCall { get; init; }
}
