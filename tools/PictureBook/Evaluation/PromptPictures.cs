using Amused.Images;
using PictureBook.Prompts;

namespace PictureBook.Evaluation;

/// <summary>Makes a model's pictures of prompts: one for each, the k-th with the seed S + k, so that settings are compared on the same draws.</summary>
/// <param name="pipeline">The model; stays the caller's.</param>
/// <param name="request">All but prompts, seeds, guidance and steps: temperature and so on.</param>
/// <param name="batchSize">How many are made at once, at least 1. It does not change the pictures but for rounding.</param>
public sealed class PromptPictures(AmusedPipeline pipeline, TextToImageRequest request, int batchSize = 8)
{
    /// <summary>Makes the pictures.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="setting">Guidance and steps.</param>
    /// <param name="seed">The seed S.</param>
    /// <param name="progress">Is told how many pictures are done, in parts of one too.</param>
    /// <param name="cancellation">Stops within a step.</param>
    /// <returns>A picture for each prompt, in their order.</returns>
    public IReadOnlyList<RgbImage> Make(
        IReadOnlyList<ScenePrompt> prompts, PictureSetting setting, long seed, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(setting);
        List<RgbImage> pictures = [];
        foreach (var batch in prompts.Chunk(batchSize))
        {
            var done = pictures.Count;
            var result = pipeline.Generate(request with
            {
                Prompts = [.. batch.Select(prompt => prompt.Text)],
                Seeds = [.. batch.Select((_, i) => seed + done + i)],
                GuidanceScale = setting.GuidanceScale,
                Steps = setting.Steps,
                // Decoding counts as one more step.
                OnStep = step => progress?.Invoke(done + batch.Length * step.StepsDone / (step.StepCount + 1.0)),
            }, cancellation);
            pictures.AddRange(result.Images.Select(image => image.Picture));
        }

        return pictures;
    }
}
