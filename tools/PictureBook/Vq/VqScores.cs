using PictureBook.Scoring;

namespace PictureBook.Vq;

/// <summary>How well a VQGAN keeps drawn pictures.</summary>
public sealed record VqScores
{
    /// <summary>How many pictures were tried.</summary>
    public required int Pictures { get; init; }

    /// <summary>Peak signal-to-noise ratio over all pixels of all pictures together, in dB.</summary>
    public required double Psnr { get; init; }

    /// <summary>The same over the pixels of things alone, in dB.</summary>
    public required double ThingPsnr { get; init; }

    /// <summary>The things whose colour is still read right.</summary>
    public required Share Colours { get; init; }

    /// <summary>The same on the drawn pictures themselves, which is what the check can tell at best.</summary>
    public required Share ColoursBefore { get; init; }

    /// <summary>The codes that occur.</summary>
    public required Share Codes { get; init; }
}
