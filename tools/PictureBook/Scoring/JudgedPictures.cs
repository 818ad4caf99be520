using Amused.Images;
using PictureBook.Prompts;
using PictureBook.Reading;

namespace PictureBook.Scoring;

/// <summary>Pictures, what was asked for, what was read from them, and what is right about them.</summary>
/// <param name="Prompts">What was asked for.</param>
/// <param name="Pictures">A picture for each prompt.</param>
/// <param name="Readings">What each shows.</param>
/// <param name="Judgements">What is right about each.</param>
public sealed record JudgedPictures(
    IReadOnlyList<ScenePrompt> Prompts, IReadOnlyList<RgbImage> Pictures, IReadOnlyList<PictureReading> Readings, IReadOnlyList<Judgement> Judgements)
{
    /// <summary>What is right about all of them.</summary>
    public SceneScores Scores { get; } = SceneScores.Of(Judgements);

    /// <summary>Reads pictures and compares them with what was asked for.</summary>
    /// <param name="reader">Reads them.</param>
    /// <param name="prompts">What was asked for.</param>
    /// <param name="pictures">A picture for each prompt, of the reader's size.</param>
    /// <param name="cancellation">Stops between pictures.</param>
    /// <exception cref="InvalidRequestException">A picture has another size.</exception>
    public static JudgedPictures Of(SceneReader reader, IReadOnlyList<ScenePrompt> prompts, IReadOnlyList<RgbImage> pictures, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var readings = reader.Read(pictures, cancellation);
        return new(prompts, pictures, readings, [.. prompts.Zip(readings, (prompt, reading) => Judgement.Of(prompt.Scene, reading))]);
    }
}
