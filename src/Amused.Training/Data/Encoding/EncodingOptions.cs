namespace Amused.Training;

/// <summary>How a data set is encoded.</summary>
public sealed record EncodingOptions
{
    /// <summary>What is kept of the captions.</summary>
    /// <value>The default value is <see cref="EncodedText.States"/>.</value>
    public EncodedText Text { get; init; }

    /// <summary>How many examples a shard has. After each the work can be stopped and gone on with; with states, 1024 are about 125 MB.</summary>
    /// <value>At least 1. The default value is 1024.</value>
    public int ShardSize { get; init; } = 1024;

    /// <summary>How often the data set is gone through: each time with other crops and mirrorings.</summary>
    /// <value>At least 1. The default value is 1.</value>
    public int Passes { get; init; } = 1;

    /// <summary>How pictures are loaded; <see cref="LoaderOptions.BatchSize"/> is also how many captions go through the text tower at once.</summary>
    /// <value>The default value has batches of 8.</value>
    public LoaderOptions Loader { get; init; } = new() { BatchSize = 8 };

    /// <summary>
    /// Whether shards that are there are gone on from although they were made of other data, or with other models or settings. Their shapes
    /// must be the same even so.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool Force { get; init; }

    /// <summary>Is told after each batch how far the work is.</summary>
    public Action<EncodingProgress>? Progress { get; init; }
}

/// <summary>How far encoding is.</summary>
/// <param name="Done">How many examples are encoded, those of earlier calls included.</param>
/// <param name="Total">How many there are, broken ones included; null where the data set doesn't know.</param>
public readonly record struct EncodingProgress(long Done, long? Total);
