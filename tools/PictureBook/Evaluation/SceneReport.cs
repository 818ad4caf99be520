using Amused.Runtime;
using PictureBook.Scoring;
using PictureBook.Vq;

namespace PictureBook.Evaluation;

/// <summary>The scores of one way to make pictures.</summary>
/// <param name="Setting">How they were made; null for pictures from a folder.</param>
/// <param name="Scores">What is right about them.</param>
/// <param name="SecondsPerPicture">How long the making took; null for pictures from a folder.</param>
public sealed record SettingScores(PictureSetting? Setting, SceneScores Scores, double? SecondsPerPicture);

/// <summary>All that an evaluation on the drawn world has to say.</summary>
public sealed record SceneReport
{
    /// <summary>How many prompts there were.</summary>
    public required int Prompts { get; init; }

    /// <summary>The seed of prompts and pictures; null for pictures from a folder.</summary>
    public long? Seed { get; init; }

    /// <summary>The arithmetic that the pictures were made in; null for pictures from a folder.</summary>
    public Precision? Precision { get; init; }

    /// <summary>The scores, one for each setting.</summary>
    public required IReadOnlyList<SettingScores> Settings { get; init; }

    /// <summary>The same scores of drawn pictures of the same prompts, which tell how far the check itself is to be trusted; null when they were not drawn.</summary>
    public SceneScores? Drawn { get; init; }

    /// <summary>What the VQGAN leaves of drawn pictures; null when it was not tried.</summary>
    public VqScores? Vq { get; init; }

    /// <summary>The setting with most pictures all right, the quicker one of several.</summary>
    public SettingScores Best => BestOf(Settings);

    /// <summary>The best of some settings, at least one, by the same rule.</summary>
    internal static SettingScores BestOf(IEnumerable<SettingScores> settings) =>
        settings.OrderByDescending(one => one.Scores.AllRight.Value).ThenBy(one => one.SecondsPerPicture).First();
}
