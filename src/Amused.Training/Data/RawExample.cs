namespace Amused.Training;

/// <summary>One picture of a data set as it lies there, not yet read or decoded, with what is said of it.</summary>
public sealed class RawExample
{
    private readonly Func<byte[]> read;
    private readonly Func<byte[]>? readMask;

    /// <summary>Describes an example.</summary>
    /// <param name="name">What warnings call it: a path, or an archive with the entry's name.</param>
    /// <param name="captions">One or more texts; with several, each visit draws one of them.</param>
    /// <param name="read">Gives the bytes of the image file, from any thread; throws <see cref="BrokenInputException"/> when they cannot be had.</param>
    /// <param name="readMask">Gives the bytes of a picture of the same size that is white where the picture matters (<see cref="LossSettings.BackgroundWeight"/>); null: there is none.</param>
    /// <exception cref="ArgumentException">There is no caption.</exception>
    public RawExample(string name, IReadOnlyList<string> captions, Func<byte[]> read, Func<byte[]>? readMask = null)
    {
        ArgumentNullException.ThrowIfNull(captions);
        if (captions.Count == 0)
            throw new ArgumentException("at least one caption is needed", nameof(captions));
        (Name, Captions, this.read, this.readMask) = (name, captions, read, readMask);
    }

    private RawExample(string name, BrokenInputException fault)
    {
        (Name, Captions) = (name, [""]);
        read = () => throw fault;
    }

    /// <summary>Whether it only takes its place in the order, as nothing is said of it.</summary>
    internal bool HasNoCaption { get; private init; }

    /// <summary>What warnings call it.</summary>
    public string Name { get; }

    /// <summary>What is said of the picture: one text at least. A text may be empty: the picture is then trained on without a condition.</summary>
    public IReadOnlyList<string> Captions { get; }

    /// <summary>The bytes of the image file.</summary>
    /// <exception cref="BrokenInputException">They cannot be had.</exception>
    public byte[] ReadBytes() => read();

    /// <summary>The bytes of the mask's file; null where there is none.</summary>
    /// <exception cref="BrokenInputException">They cannot be had.</exception>
    public byte[]? ReadMaskBytes() => readMask?.Invoke();

    /// <summary>An example that takes its place in the order but cannot be used: reading it throws the fault.</summary>
    internal static RawExample Broken(string name, string what) => new(name, new BrokenInputException($"{name}: {what}"));

    /// <summary>An example that takes its place in the order and is left out, as the report is told.</summary>
    /// <param name="name">What warnings call it.</param>
    /// <param name="where">Where its caption was looked for.</param>
    internal static RawExample WithoutCaption(string name, string where) =>
        new(name, new BrokenInputException($"{name}: has no caption, which is looked for in {where}")) { HasNoCaption = true };

    /// <inheritdoc cref="Broken(string, string)"/>
    internal static RawExample Broken(string name, BrokenInputException fault) => new(name, fault);
}
