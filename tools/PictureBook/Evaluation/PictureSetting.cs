using System.Globalization;

namespace PictureBook.Evaluation;

/// <summary>How a model's pictures are made; null is the model's own setting.</summary>
/// <param name="GuidanceScale">Classifier-free guidance.</param>
/// <param name="Steps">The number of sampling steps.</param>
public sealed record PictureSetting(float? GuidanceScale, int? Steps)
{
    /// <summary>The setting with the model's own values in the places of what is open.</summary>
    public PictureSetting Or(GenerationDefaults defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        return new(GuidanceScale ?? defaults.GuidanceScale, Steps ?? defaults.Steps);
    }

    /// <summary>A name for a folder: <c>guidance-3-steps-12</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"guidance-{GuidanceScale}-steps-{Steps}");
}
