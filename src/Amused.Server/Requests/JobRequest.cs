
namespace Amused.Server;

/// <summary>What a job makes: a request, checked as far as it can be before its turn, and with which model.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Generation">What to make.</param>
/// <param name="Width">Width of its pictures in pixels.</param>
/// <param name="Height">Their height.</param>
/// <param name="Loras">The LoRAs, in order.</param>
public sealed record JobRequest(string Model, GenerationRequest Generation, int Width, int Height, IReadOnlyList<LoraUse> Loras)
{
    /// <summary>What the user should know before the first step: that another size is made than was asked for.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>How many pictures there will be.</summary>
    public int ImageCount => Generation.ImagesPerPrompt;

    /// <summary>The prompt.</summary>
    public string Prompt => Generation.Prompts[0];

    /// <summary>The kind of request, by the command's name: generate, img2img or inpaint.</summary>
    public string Kind => Generation switch { ImageToImageRequest => "img2img", InpaintRequest => "inpaint", _ => "generate" };
}

/// <summary>Where a job stands.</summary>
public enum JobStatus
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>Its steps run.</summary>
    Running,

    /// <summary>Its pictures are there.</summary>
    Done,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>A picture that a job made.</summary>
/// <param name="Id">Its name in the history; nobody guesses it. Null where nothing is kept.</param>
/// <param name="Image">The picture with its seed and tokens.</param>
/// <param name="Png">The picture as a PNG file that carries its settings.</param>
public sealed record JobImage(string? Id, GeneratedImage Image, byte[] Png);

/// <summary>What a job came to.</summary>
/// <param name="Images">The pictures.</param>
/// <param name="Timings">Where the time went.</param>
/// <param name="Notices">What the user should know, a line each.</param>
public sealed record JobResult(IReadOnlyList<JobImage> Images, StageTimings Timings, IReadOnlyList<string> Notices);
