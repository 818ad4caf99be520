using Amused.Sampling;

namespace Amused;

/// <summary>
/// What to make: everything that the three kinds of request share. Make one of <see cref="TextToImageRequest"/>,
/// <see cref="ImageToImageRequest"/> and <see cref="InpaintRequest"/>, and give it to <see cref="AmusedPipeline.Generate"/>.
/// </summary>
/// <remarks>
/// The batch has as many rows as the longest of the lists given (prompts, negative prompts, pictures, masks, embeddings); a list of one is
/// used for every row, any other length is an error. Each row gives <see cref="ImagesPerPrompt"/> images.
/// </remarks>
public abstract record GenerationRequest
{
    /// <summary>
    /// One prompt for each row of the batch. Cut at the text tower's length (77 tokens with start and end) with a notice. Empty only with
    /// <see cref="PromptEmbeddings"/>.
    /// </summary>
    /// <value>The default value is empty.</value>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>
    /// What the pictures should not show: stands for the empty prompt in the unconditional pass. Without effect at a guidance scale ≤ 1.
    /// </summary>
    /// <value>The default value is empty: the empty prompt for every row.</value>
    public IReadOnlyList<string> NegativePrompts { get; init; } = [];

    /// <summary>
    /// Text states prepared by <see cref="AmusedPipeline.EncodePrompts(IReadOnlyList{string})"/>, instead of <see cref="Prompts"/>.
    /// </summary>
    /// <value>The default value is null.</value>
    public PromptEmbeddings? PromptEmbeddings { get; init; }

    /// <summary>Prepared text states instead of <see cref="NegativePrompts"/>.</summary>
    /// <value>The default value is null.</value>
    public PromptEmbeddings? NegativePromptEmbeddings { get; init; }

    /// <summary>The number of sampling steps, ≥ 1 and at most 1,000.</summary>
    /// <value>The default value is null: the checkpoint's own (<c>generation_config.json</c>), else 12.</value>
    public int? Steps { get; init; }

    /// <summary>Classifier-free guidance: logits are <c>uncond + g·(cond − uncond)</c>. No guidance, and half the work, at ≤ 1.</summary>
    /// <value>The default value is null: the checkpoint's own, else 10.</value>
    public float? GuidanceScale { get; init; }

    /// <summary>How many images each prompt gives, ≥ 1; at most 1,024 images in a call.</summary>
    /// <value>The default value is 1.</value>
    public int ImagesPerPrompt { get; init; } = 1;

    /// <summary>
    /// The seed S. With <see cref="GeneratorMode.PerImage"/>, image k of the result has seed S + k and is the same alone as in a batch
    /// (token for token in <see cref="Runtime.Precision.Float32"/>); with <see cref="GeneratorMode.Shared"/> one generator of that seed
    /// serves the whole batch. Any number, also a negative one; its lower 32 bits count, as in PyTorch.
    /// </summary>
    /// <value>The default value is null: a random one, told in <see cref="GeneratedImage.Seed"/>.</value>
    public long? Seed { get; init; }

    /// <summary>
    /// A seed for each image of the result, in place of <see cref="Seed"/>; only with <see cref="GeneratorMode.PerImage"/>.
    /// </summary>
    /// <value>The default value is null.</value>
    public IReadOnlyList<long>? Seeds { get; init; }

    /// <summary>
    /// Whether each image draws from a generator of its own or the batch shares one, as the published implementation does.
    /// </summary>
    /// <value>The default value is <see cref="GeneratorMode.PerImage"/>.</value>
    public GeneratorMode Generator { get; init; } = GeneratorMode.PerImage;

    /// <summary>
    /// Width of the pictures in pixels: a multiple of the VQ factor, twice that for models with down-sampling (published: 16 and 32).
    /// </summary>
    /// <value>
    /// The default value is null. From words: the model's <c>sample_size</c> × the VQ factor (published: 256 and 512). From a picture: its
    /// shape, at as many pixels as that square has, or, when <see cref="Height"/> is given, as wide as keeps its shape.
    /// </value>
    public int? Width { get; init; }

    /// <summary>Height of the pictures in pixels, as <see cref="Width"/>.</summary>
    /// <value>The default value is null.</value>
    public int? Height { get; init; }

    /// <summary>How much noise the choice of positions gets at each step.</summary>
    /// <value>The default value is null: the checkpoint's own, else from 2 to 0.</value>
    public TemperatureRange? Temperature { get; init; }

    /// <summary>Micro-conditioning: the aesthetic score that the picture would have had in training (LAION scale, about 1 to 10).</summary>
    /// <value>The default value is 6.</value>
    public float AestheticScore { get; init; } = 6;

    /// <summary>Micro-conditioning: the corner at which the training picture would have been cropped, in pixels.</summary>
    /// <value>The default value is (0, 0).</value>
    public (int First, int Second) CropCoordinates { get; init; }

    /// <summary>
    /// Called after each step, on the calling thread, with the tokens so far. It may call the pipeline, for example
    /// <see cref="AmusedPipeline.Decode"/> for a preview, but not change its LoRAs. An exception thrown there ends the call.
    /// </summary>
    /// <value>The default value is null.</value>
    public Action<StepProgress>? OnStep { get; init; }

    /// <summary>How far to go: token ids only, pictures, or also the decoder's numbers.</summary>
    /// <value>The default value is <see cref="OutputKind.Image"/>.</value>
    public OutputKind Output { get; init; } = OutputKind.Image;
}

/// <summary>What a result holds.</summary>
public enum OutputKind
{
    /// <summary>Pictures of 8 bits (and the tokens).</summary>
    Image,

    /// <summary>The decoder's numbers in [0, 1] as well as pictures and tokens.</summary>
    Pixels,

    /// <summary>Tokens alone: the decoder doesn't run.</summary>
    Tokens,
}
