using Amused.Sampling;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>
/// What <see cref="AmusedImageGenerator"/> knows among a request's additional properties: all of <see cref="RequestSettings"/>, and what is named
/// here beside them. Case, <c>_</c> and <c>-</c> count for nothing (<c>guidanceScale</c> is <see cref="GuidanceScale"/>). Numbers may come as any
/// numeric type, as text or as JSON; null is as if it were not given; names that aren't known are ignored, which a notice says.
/// </summary>
public static class AmusedProperties
{
    /// <summary>The seed of the first picture; the next ones have the numbers after it. A whole number; default: a random one.</summary>
    public const string Seed = "seed";

    /// <summary>What the pictures should not show: text.</summary>
    public const string NegativePrompt = "negative_prompt";

    /// <summary>The number of sampling steps, 1 to 1,000; default: the model's own.</summary>
    public const string Steps = "steps";

    /// <summary>Another name of <see cref="Steps"/>.</summary>
    public const string NumInferenceSteps = "num_inference_steps";

    /// <summary>Classifier-free guidance, a number; none at ≤ 1; default: the model's own.</summary>
    public const string GuidanceScale = "guidance_scale";

    /// <summary>How much of an original image is made anew, 0 to 1; default: 0.5, with a mask 1.</summary>
    public const string Strength = "strength";

    /// <summary>
    /// How much chance there is in the choice of positions: a number ≥ 0, the first step's; or two, the first and the last step's, or a
    /// <see cref="TemperatureRange"/>; default: the model's own.
    /// </summary>
    public const string Temperature = "temperature";

    /// <summary>
    /// Where an original image is made anew: an <see cref="AIContent"/> with a picture, its bytes, a data URI or an <see cref="Images.RgbImage"/>; or a list of
    /// contents, one for each original image. Transparent pixels are made anew or, where there are none (or no alpha), white ones.
    /// </summary>
    public const string Mask = "mask";

    /// <summary>The quality of JPEG and WebP, 1 to 100 (100 makes a WebP lossless); default: 95.</summary>
    public const string Quality = "quality";

    /// <summary>
    /// An <see cref="IProgress{T}"/> of <see cref="ImageProgress"/>, called after each step; the nearest thing to streaming that the abstraction has room for.
    /// <see cref="StepProgress"/> itself is to be had by the raw request's <see cref="GenerationRequest.OnStep"/>.
    /// </summary>
    public const string Progress = "progress";
}
