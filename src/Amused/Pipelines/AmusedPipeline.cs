using Amused.Imaging;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Weights.Hub;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>
/// An aMUSEd checkpoint, loaded: pictures from words, from pictures, and inside pictures.
/// </summary>
/// <remarks>
/// <para>
/// One pipeline may be called from several threads: calls wait for each other, since each uses every core, and each gives what it gives alone. Nothing of a call
/// stays behind. <see cref="Dispose"/> frees all native memory.
/// </para>
/// <example>
/// <code>
/// using var pipeline = AmusedPipeline.FromPretrained("amused/amused-256");
/// var result = pipeline.Generate(new TextToImageRequest("a cat in a field of flowers") { Seed = 1 });
/// result.Images[0].Save("cat.png");
/// </code>
/// </example>
/// </remarks>
public sealed class AmusedPipeline : IDisposable
{
    private readonly LoadedModels models;
    private readonly PromptEncoder encoder;
    private readonly PictureCodec codec;
    private readonly SemaphoreSlim turn = new(1);
    private bool disposed;

    private AmusedPipeline(LoadedModels models)
    {
        this.models = models;
        encoder = new(models.Tokenizer, models.TextEncoder, models.ComputeType, models.Device);
        codec = new(models.Vq, models.VqComputeType, models.Device);
        if (models.Precision == Precision.Float16 && models.ComputeType != ScalarType.Float16)
            Notices = ["fp16 on a CPU: weights are stored in half precision and computed with in float32"];
    }

    /// <summary>The id that stands where no token is known.</summary>
    public int MaskTokenId => models.Scheduler.MaskTokenId;

    /// <summary>The size of a picture whose size isn't asked for, in pixels (published: 256 × 256 and 512 × 512).</summary>
    public (int Width, int Height) DefaultSize => (models.Size.Default, models.Size.Default);

    /// <summary>What the sides of pictures must be multiples of, in pixels (published: 16 and 32).</summary>
    public int SizeMultiple => models.Size.Multiple;

    /// <summary>What a request that says nothing gets.</summary>
    public GenerationDefaults Defaults => models.Defaults;

    /// <summary>What the user should know of the loading, a line each.</summary>
    public IReadOnlyList<string> Notices { get; } = [];

    /// <summary>Loads a checkpoint.</summary>
    /// <param name="model">A folder in the published layout, or a hub id such as <c>amused/amused-512</c>, which is downloaded into the hub's cache at first use.</param>
    /// <param name="options">Variant, precision, device and how to reach the hub.</param>
    /// <param name="cancellation">Stops a download; what has arrived is kept for the next time.</param>
    /// <exception cref="BrokenInputException">The checkpoint is missing or broken, or its parts contradict each other.</exception>
    /// <exception cref="InvalidRequestException">An option is unusable: a device that isn't there, an id that is none.</exception>
    public static AmusedPipeline FromPretrained(string model, LoadOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        TorchRuntime.EnsureLoaded();
        var device = TorchDevices.Parse(options.Device);
        // The download runs on the thread pool, where it can't wait for a caller's synchronisation context.
        var folder = Task.Run(() => new HubClient().LocateAsync(model, options.Hub with { Variant = options.Variant }, cancellation), cancellation).GetAwaiter().GetResult();
        using var scope = NewDisposeScope();
        return new(LoadedModels.Load(folder, options.Variant, options.Precision, device));
    }

    /// <summary>Makes pictures.</summary>
    /// <param name="request">What to make.</param>
    /// <param name="cancellation">Stops within one step of the network.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model can't do, or contradicts itself.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public GenerationResult Generate(GenerationRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return InTurn(() => new GenerationRun(models, encoder, codec, request, cancellation).Run(), cancellation);
    }

    /// <summary>Computes text states, to be used (and mixed) in requests.</summary>
    /// <param name="prompts">At least one.</param>
    public PromptEmbeddings EncodePrompts(params IReadOnlyList<string> prompts)
    {
        if (prompts.Count == 0)
            throw new InvalidRequestException("a prompt is needed (an empty one is possible)");
        return InTurn(() => encoder.Encode(prompts, []));
    }

    /// <summary>The tokens of a picture.</summary>
    /// <param name="image">Its sides must be multiples of <see cref="SizeMultiple"/>.</param>
    /// <exception cref="InvalidRequestException">The picture has another size.</exception>
    public TokenGrid EncodeImage(RgbImage image)
    {
        models.Size.GridOf(image.Width, image.Height);
        return InTurn(() => TokenTensors.ToGrids(codec.Encode(image)).Single());
    }

    /// <summary>The picture of tokens.</summary>
    /// <param name="tokens">Codes, without mask tokens.</param>
    /// <exception cref="InvalidRequestException">An id is no code.</exception>
    public RgbImage Decode(TokenGrid tokens)
    {
        var codes = models.Vq.Config.NumVqEmbeddings;
        foreach (var id in tokens.Ids)
            if (id < 0 || id >= codes)
                throw new InvalidRequestException($"token {id} is no code: 0 to {codes - 1} are{(id == MaskTokenId ? "; it is the mask token" : "")}");
        var factor = models.Size.Factor;
        return InTurn(() => PixelTensors.ToImage(codec.Decode(TokenTensors.ToTensor([tokens])), tokens.Columns * factor, tokens.Rows * factor));
    }

    /// <summary>Saves the pipeline in the published layout, with the weights in the precision that they are held in.</summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <param name="variant">The word before the weight files' extension, such as <c>fp16</c>; null: none.</param>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    public void Save(string folder, string? variant = null) => InTurn(() =>
    {
        CheckpointWriter.Save(models, folder, variant);
        return true;
    });

    /// <summary>Frees the model, once a running call has ended.</summary>
    public void Dispose()
    {
        turn.Wait();
        try
        {
            if (!disposed)
                models.Dispose();
            disposed = true;
        }
        finally
        {
            turn.Release();
        }
    }

    private T InTurn<T>(Func<T> work, CancellationToken cancellation = default)
    {
        turn.Wait(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            using var inference = inference_mode();
            using var scope = NewDisposeScope();
            return work();
        }
        finally
        {
            turn.Release();
        }
    }
}
