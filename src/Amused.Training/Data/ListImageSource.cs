namespace Amused.Training;

/// <summary>A data set whose examples are known beforehand, and each of which can be read at any time: shuffled as a whole.</summary>
public sealed class ListImageSource : IImageSource, IFileSource
{
    private readonly IReadOnlyList<RawExample> examples;

    /// <summary>Makes a source of examples.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="examples">The examples, at least one.</param>
    /// <exception cref="BrokenInputException">There are none.</exception>
    public ListImageSource(string name, IReadOnlyList<RawExample> examples)
    {
        if (examples.Count == 0)
            throw new BrokenInputException($"{name} holds no examples");
        (Name, this.examples) = (name, examples);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long? Count => examples.Count;

    /// <summary>What reading the data set came to; null where it was made by a program.</summary>
    internal DataReport? Report { get; init; }

    /// <summary>The files that it lies in; null where it was made by a program.</summary>
    internal DataFiles? Files { get; init; }

    DataReport? IFileSource.Report => Report;

    string? IFileSource.Hash() => Files?.Hash(examples.SelectMany(example => example.Captions));

    /// <summary>A single picture, as StyleDrop (Sohn et al., 2023) trains on: each epoch is one example, with another crop each time.</summary>
    /// <param name="path">The image file.</param>
    /// <param name="prompt">What is said of it.</param>
    /// <exception cref="BrokenInputException">There is no such file.</exception>
    public static ListImageSource OfOneImage(string path, string prompt)
    {
        if (!File.Exists(path))
            throw new BrokenInputException(Directory.Exists(path) ? $"{path} is a folder, not an image file" : $"{path} does not exist");
        return new(path, [new(path, [prompt], () => Images.WholeFile.Read(path))]) { Files = new(Path.GetDirectoryName(Path.GetFullPath(path))!, [Path.GetFullPath(path)]) };
    }

    /// <inheritdoc/>
    public IEnumerable<RawExample> ReadEpoch(DataOrder order, DataPosition start)
    {
        order.Validate();
        var permutation = order.Shuffle ? new IndexRandom(RandomPurpose.Order, order.Seed, start.Epoch).Permutation(examples.Count) : null;
        for (long i = start.Index; i < examples.Count; i++)
            yield return examples[permutation?[i] ?? (int)i];
    }
}
