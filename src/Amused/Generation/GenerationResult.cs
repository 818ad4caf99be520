using Amused.Images;
using Amused.Runtime;
using Amused.Sampling;

namespace Amused;

/// <summary>What a call made.</summary>
/// <param name="Images">
/// The images: grouped by prompt, or, with <see cref="GeneratorMode.Shared"/>, in the published implementation's order (all prompts' first
/// image, then all prompts' second one, …), where <see cref="GeneratedImage.PromptIndex"/> tells them apart.
/// </param>
/// <param name="Timings">Where the time went.</param>
/// <param name="Notices">What the user should know, a line each: a prompt that was cut, a picture that was resized.</param>
public sealed record GenerationResult(IReadOnlyList<GeneratedImage> Images, StageTimings Timings, IReadOnlyList<string> Notices)
{
    /// <summary>
    /// The arithmetic that the networks ran in: never <see cref="Precision.Auto"/>. The same picture again needs the same one.
    /// </summary>
    public required Precision Precision { get; init; }
}

/// <summary>One image of a result.</summary>
/// <param name="PromptIndex">The row of the batch (the prompt) that it answers, from 0.</param>
/// <param name="Seed">The seed that makes it again: with <see cref="GeneratorMode.Shared"/>, together with its batch.</param>
/// <param name="Tokens">The final token ids.</param>
public sealed record GeneratedImage(int PromptIndex, long Seed, TokenGrid Tokens)
{
    private readonly RgbImage? picture;

    /// <summary>The picture.</summary>
    /// <exception cref="InvalidOperationException">The request asked for <see cref="OutputKind.Tokens"/>.</exception>
    public RgbImage Picture
    {
        get => picture ?? throw new InvalidOperationException("the request asked for tokens alone, so there is no picture");
        init => picture = value;
    }

    /// <summary>
    /// The decoder's numbers, height × width × 3 in row-major order, clipped to [0, 1]; null unless the request asked for
    /// <see cref="OutputKind.Pixels"/>.
    /// </summary>
    public float[]? Pixels { get; init; }

    /// <summary>Saves the picture whole or not at all; the extension says the format (.png, .jpg, .webp).</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Words kept in a PNG's text chunks.</param>
    /// <exception cref="InvalidRequestException">An extension that isn't known.</exception>
    /// <exception cref="BrokenInputException">The file can't be written.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? text = null) => Picture.Save(path, text);
}

/// <summary>Wall-clock time of each stage of a call.</summary>
/// <param name="TextEncoding">The text tower.</param>
/// <param name="ImageEncoding">The VQ encoder; zero for text to image.</param>
/// <param name="Sampling">All steps of the U-ViT and the sampler; in a <see cref="StepBatch"/>, what lies between them too.</param>
/// <param name="Decoding">The VQ decoder.</param>
public sealed record StageTimings(TimeSpan TextEncoding, TimeSpan ImageEncoding, TimeSpan Sampling, TimeSpan Decoding);
