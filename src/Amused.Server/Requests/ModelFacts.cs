using Amused.Runtime;

namespace Amused.Server;

/// <summary>What is known of a model once it has been loaded, also while it isn't any more.</summary>
/// <param name="Width">Width of the pictures that it was made for, in pixels.</param>
/// <param name="Height">Their height.</param>
/// <param name="SizeMultiple">What sides must be multiples of.</param>
/// <param name="Factor">Pixels per token along a side.</param>
/// <param name="Bytes">What its weights take.</param>
/// <param name="Defaults">What a request that says nothing gets.</param>
/// <param name="Precision">The arithmetic that it runs in.</param>
/// <param name="CountTokens">How many tokens the text tower reads of a prompt, start and end among them.</param>
public sealed record ModelFacts(int Width, int Height, int SizeMultiple, int Factor, long Bytes, GenerationDefaults Defaults,
    Precision Precision, Func<string, int> CountTokens)
{
    internal static ModelFacts Of(AmusedPipeline pipeline)
    {
        var (models, (width, height)) = (pipeline.Models, pipeline.DefaultSize);
        var tokenizer = models.Tokenizer;
        return new(
            width, height, pipeline.SizeMultiple, models.Size.Factor, models.Parameters.Values.Sum(set => set.ByteCount),
            pipeline.Defaults, pipeline.Precision,
            prompt => Math.Min(tokenizer.Encode(prompt).TokenCount, tokenizer.MaxLength));
    }

    /// <summary>Which sizes it makes.</summary>
    internal PictureSize Sizes => new(Factor, SizeMultiple, Width);

    /// <summary>Tokens of a picture.</summary>
    public int TokensOf(int width, int height) => width / Factor * (height / Factor);
}
