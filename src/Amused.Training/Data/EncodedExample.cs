namespace Amused.Training;

/// <summary>What the text tower says of one caption, in half precision.</summary>
/// <param name="Pooled">The projected state at the end token, projection numbers.</param>
/// <param name="Hidden">The states before the last block, positions × width numbers, row-major.</param>
/// <param name="Positions">How many positions there are.</param>
internal sealed record EncodedCaption(Half[] Pooled, Half[] Hidden, int Positions);

/// <summary>Turns pictures and captions into what shards hold. Called from one thread.</summary>
/// <param name="CodebookSize">How many different tokens there are: up to 32768 fit into 16 bits.</param>
/// <param name="Pictures">Pictures of one size → a grid of VQ tokens for each.</param>
/// <param name="States">Captions → the text tower's states of each. Needed for <see cref="EncodedText.States"/>.</param>
/// <param name="TokenIds">Captions → their token ids, of one length for all. Needed for <see cref="EncodedText.TokenIds"/>.</param>
internal sealed record ExampleEncoders(
    int CodebookSize,
    Func<ExampleBatch, IReadOnlyList<Sampling.TokenGrid>> Pictures,
    Func<IReadOnlyList<string>, IReadOnlyList<EncodedCaption>>? States = null,
    Func<IReadOnlyList<string>, IReadOnlyList<int[]>>? TokenIds = null);
