using System.Collections.ObjectModel;
using Amused.Images;
using Amused.Lora;
using Amused.Networks;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Weights;
using Amused.Weights.Hub;
using static TorchSharp.torch;

namespace Amused;

/// <summary>
/// An aMUSEd checkpoint, loaded: pictures from words, from pictures, and inside pictures.
/// </summary>
/// <remarks>
/// <para>
/// One pipeline may be called from several threads: calls wait for each other, since each uses every core, and each gives what it gives
/// alone. Nothing of a call stays behind, but for LoRAs until they are unloaded. <see cref="Dispose"/> frees all native memory.
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
    /// <summary>How many images of a call go through the network together: what the network itself needs is bounded by it.</summary>
    private const int ImagesAtOnce = 4;

    private readonly LoadedModels models;
    private readonly Parts parts;
    private readonly LoraStack loras;
    private readonly PipelineCalls calls = new();
    private volatile IReadOnlyList<AppliedLora> applied = [];

    /// <summary>Takes models over; disposing of the pipeline frees them.</summary>
    internal AmusedPipeline(LoadedModels models)
    {
        this.models = models;
        parts = new(
            models,
            new(models.Tokenizer, models.Words, new TorchTextTower(models.TextEncoder, models.ComputeType, models.Device)),
            new TorchPictureCodec(models.Vq, models.VqComputeType, models.Device),
            new TorchTransformer(models.Transformer, models.ComputeType, models.Device));
        loras = new(models.Parameters, models.Device);
        if (models.Precision == Precision.Float16 && models.ComputeType != ScalarType.Float16)
            Notices = ["fp16 on a CPU: weights are stored in half precision and computed with in float32"];
        if (models.Wish == Precision.Int8 && models.Precision != Precision.Int8)
            Notices = [models.PrecisionReason];
    }

    /// <summary>The id that stands where no token is known.</summary>
    public int MaskTokenId => models.Scheduler.MaskTokenId;

    /// <summary>How many codes the VQGAN has; ids of tokens are below.</summary>
    public int CodeCount => models.Vq.Config.NumVqEmbeddings;

    /// <summary>The size of a picture whose size isn't asked for, in pixels (published: 256 × 256 and 512 × 512).</summary>
    public (int Width, int Height) DefaultSize => (models.Size.Default, models.Size.Default);

    /// <summary>What the sides of pictures must be multiples of, in pixels (published: 16 and 32).</summary>
    public int SizeMultiple => models.Size.Multiple;

    /// <summary>
    /// The size at which a picture is redrawn unless a request asks for another: its shape, at no more pixels than
    /// <see cref="DefaultSize"/> has.
    /// </summary>
    /// <param name="width">The picture's width in pixels, at least 1.</param>
    /// <param name="height">Its height.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public (int Width, int Height) SizeFor(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return models.Size.Fit(width, height);
    }

    /// <summary>
    /// The nearest size to another that pictures can have, each side by itself, but for the bound that <see cref="ThrowIfNoSize"/> knows.
    /// </summary>
    /// <param name="width">A width in pixels.</param>
    /// <param name="height">A height.</param>
    public (int Width, int Height) NearestSize(int width, int height) => (models.Size.Nearest(width), models.Size.Nearest(height));

    /// <summary>Refuses a size that pictures can't have.</summary>
    /// <exception cref="InvalidRequestException">
    /// A side is no multiple of <see cref="SizeMultiple"/>, or the picture has too many tokens (65,536).
    /// </exception>
    public void ThrowIfNoSize(int width, int height) => models.Size.GridOf(width, height);

    /// <summary>What a request that says nothing gets.</summary>
    public GenerationDefaults Defaults => models.Defaults;

    /// <summary>
    /// The words that the model knows, by groups such as things, colours and skies, for choices to be offered: what its checkpoint says in
    /// <c>words.json</c>. Empty where it says nothing, as the published ones.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Words =>
        models.Words?.Choices ?? ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty;

    /// <summary>
    /// The words of a prompt that the model doesn't know, as they are written there, each with the nearest that it knows, or null; empty
    /// where the checkpoint has no
    /// <see cref="Words"/>, or LoRAs are applied, which may bring words of their own. Case and punctuation don't count, nor does singular
    /// or plural. Results have a notice of them.
    /// </summary>
    /// <param name="prompt">Any text.</param>
    public IReadOnlyDictionary<string, string?> UnknownWords(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return models.Words is { } words && applied.Count == 0
            ? words.UnknownIn(prompt).ToDictionary(word => word, words.Nearest)
            : ReadOnlyDictionary<string, string?>.Empty;
    }

    /// <summary>The arithmetic that the networks run in: never <see cref="Precision.Auto"/>.</summary>
    public Precision Precision => models.Precision;

    /// <summary>What the user should know of the loading, a line each.</summary>
    public IReadOnlyList<string> Notices { get; } = [];

    /// <summary>Loads a checkpoint.</summary>
    /// <param name="model">
    /// A folder in the published layout, or a hub id such as <c>amused/amused-512</c>, which is downloaded into the hub's cache at first
    /// use. By default the model in the box (<see cref="BuiltInModel"/>).
    /// </param>
    /// <param name="options">Variant, precision, device and how to reach the hub.</param>
    /// <param name="cancellation">
    /// Stops a download, of which is kept for the next time what has arrived, and the reading of the weights.
    /// </param>
    /// <exception cref="BrokenInputException">The checkpoint is missing or broken, or its parts contradict each other.</exception>
    /// <exception cref="InvalidRequestException">An option is unusable: a device that isn't there, an id that is none.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static AmusedPipeline FromPretrained(string model = BuiltInModel.Name, LoadOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        // On the thread pool, where the download can't wait for a caller's synchronisation context.
        return Task.Run(() => LoadAsync(model, options ?? new(), cancellation), cancellation).GetAwaiter().GetResult();
    }

    /// <summary>Loads a checkpoint without holding the caller's thread.</summary>
    /// <inheritdoc cref="FromPretrained"/>
    public static Task<AmusedPipeline> FromPretrainedAsync(string model = BuiltInModel.Name, LoadOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Task.Run(() => LoadAsync(model, options ?? new(), cancellation), cancellation);
    }

    private static async Task<AmusedPipeline> LoadAsync(string model, LoadOptions options, CancellationToken cancellation)
    {
        TorchRuntime.EnsureLoaded();
        var device = TorchDevices.Parse(options.Device);
        using var hub = new HubClient();
        var folder = await hub.LocateAsync(model, options.Hub with { Variant = options.Variant }, cancellation).ConfigureAwait(false);
        using var scope = NewDisposeScope();
        return new(LoadedModels.Load(folder, options.Variant, options.Precision, device, cancellation: cancellation));
    }

    /// <summary>Makes pictures.</summary>
    /// <param name="request">What to make.</param>
    /// <param name="cancellation">Stops within one step of the network.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model can't do, or contradicts itself.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public GenerationResult Generate(GenerationRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return calls.InCall(() => Run(request, cancellation), cancellation);
    }

    /// <summary>
    /// Makes pictures without holding the caller's thread, or any of the thread pool: the work is done on a thread of the pipeline's own.
    /// </summary>
    /// <param name="request">What to make. Its <see cref="GenerationRequest.OnStep"/> is called as well, on that thread.</param>
    /// <param name="progress">
    /// Is told after each step, in order, on that thread; null: nobody. What it throws ends the call. (A <see cref="Progress{T}"/> made
    /// without a synchronisation context passes reports on through the thread pool, which may change their order.)
    /// </param>
    /// <param name="cancellation">Stops between two forward passes of the network, and while another call has its turn.</param>
    /// <returns>The same as <see cref="Generate"/> gives.</returns>
    /// <remarks>
    /// Calls wait for their turn without a thread. Within a step's callback it must not be waited for: it would wait for the call that the
    /// callback belongs to.
    /// </remarks>
    /// <exception cref="InvalidRequestException">The request asks for what the model can't do, or contradicts itself.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed of before the call had its turn.</exception>
    public Task<GenerationResult> GenerateAsync(
        GenerationRequest request, IProgress<StepProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var told = progress is null ? request : request with { OnStep = request.OnStep + progress.Report };
        return calls.InCallAsync(() => Run(told, cancellation), cancellation);
    }

    /// <summary>
    /// Starts a batch that requests join and leave between steps, as a server's do; it serves until it is disposed of, which must be before
    /// the pipeline is.
    /// </summary>
    /// <param name="imagesAtOnce">
    /// How many images go through the network together at the most, ≥ 1; more of them take turns within a step. The default value is 8.
    /// </param>
    public StepBatch NewStepBatch(int imagesAtOnce = 8) => new(this, imagesAtOnce);

    /// <summary>Computes text states, to be used (and mixed) in requests.</summary>
    /// <param name="prompts">At least one. Cut at the text tower's length, which <see cref="PromptEmbeddings.Notices"/> tells.</param>
    /// <exception cref="InvalidRequestException">There is none, or one is null.</exception>
    public PromptEmbeddings EncodePrompts(params IReadOnlyList<string> prompts) => EncodePrompts(prompts, CancellationToken.None);

    /// <inheritdoc cref="EncodePrompts(IReadOnlyList{string})"/>
    /// <param name="prompts">At least one. Cut at the text tower's length, which <see cref="PromptEmbeddings.Notices"/> tells.</param>
    /// <param name="cancellation">Stops between two prompts, and while another call has its turn.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public PromptEmbeddings EncodePrompts(IReadOnlyList<string> prompts, CancellationToken cancellation)
    {
        ImageLayout.ThrowIfIncomplete("prompts", prompts);
        if (prompts.Count == 0)
            throw new InvalidRequestException("a prompt is needed (an empty one is possible)");
        return InTurn(parts =>
            parts.Encoder.Encode(prompts, cancellation) with { Notices = [.. parts.Encoder.Notices(prompts)] }, cancellation);
    }

    /// <summary>The tokens of a picture.</summary>
    /// <param name="image">Its sides must be multiples of <see cref="SizeMultiple"/>.</param>
    /// <param name="cancellation">Stops the wait while another call has its turn.</param>
    /// <exception cref="InvalidRequestException">The picture has another size.</exception>
    public TokenGrid EncodeImage(RgbImage image, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        models.Size.GridOf(image.Width, image.Height);
        return InTurn(parts => parts.Codec.Encode(image), cancellation);
    }

    /// <summary>The picture of tokens.</summary>
    /// <param name="tokens">Codes, without mask tokens.</param>
    /// <param name="cancellation">Stops the wait while another call has its turn.</param>
    /// <exception cref="InvalidRequestException">An id is no code.</exception>
    public RgbImage Decode(TokenGrid tokens, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var codes = models.Vq.Config.NumVqEmbeddings;
        foreach (var id in tokens.Ids)
            if (id < 0 || id >= codes)
                throw new InvalidRequestException(
                    $"token {id} is no code: 0 to {codes - 1} are{(id == MaskTokenId ? "; it is the mask token" : "")}");
        var factor = models.Size.Factor;
        return InTurn(parts =>
            PixelTensors.ToImage(parts.Codec.Decode(tokens), tokens.Columns * factor, tokens.Rows * factor), cancellation);
    }

    /// <summary>
    /// Applies a LoRA (Hu et al., 2021) to the U-ViT and the text tower, beside those that are applied already. Later calls are made with
    /// it.
    /// </summary>
    /// <param name="path">A file in PEFT's layout, or a folder with one: <see cref="LoraFile"/> says which are known.</param>
    /// <param name="scale">Its strength: 1 is as it was trained, 0 nothing, negative the opposite. Finite.</param>
    /// <param name="alpha">
    /// The alpha that it was trained with, for files that don't keep it, such as the published training script's; null: their rank is
    /// taken, and
    /// <see cref="AppliedLora.Notices"/> says so. A file's own alpha goes first.
    /// </param>
    /// <returns>What <see cref="UnloadLora"/> takes away.</returns>
    /// <exception cref="BrokenInputException">The file is missing, damaged, or for another model; nothing has changed then.</exception>
    /// <exception cref="InvalidRequestException">A number isn't finite.</exception>
    /// <example>
    /// <code>
    /// var style = pipeline.LoadLora("watercolour", scale: 0.8);
    /// pipeline.Generate(new TextToImageRequest("a fox in watercolour style"));
    /// pipeline.UnloadLora(style);
    /// </code>
    /// </example>
    public AppliedLora LoadLora(string path, double scale = 1, double? alpha = null) =>
        ChangeWeights(() => loras.Add(LoraFile.Open(path), scale, alpha));

    /// <summary>Takes a LoRA away, fused or not; later calls give exactly what they gave without it.</summary>
    /// <exception cref="InvalidRequestException">It isn't applied (any more).</exception>
    public void UnloadLora(AppliedLora lora)
    {
        ArgumentNullException.ThrowIfNull(lora);
        ChangeWeights(() => loras.Remove(lora));
    }

    /// <summary>The LoRAs that are applied, in the order in which they were loaded.</summary>
    /// <remarks>Told at once, also while a call runs.</remarks>
    public IReadOnlyList<AppliedLora> Loras => applied;

    /// <summary>
    /// Makes the LoRAs that are applied part of the weights: steps then take no longer than without them, and <see cref="Save"/> saves them
    /// too. It takes the memory of the layers that they change once more.
    /// </summary>
    /// <exception cref="InvalidRequestException">The model is held in int8.</exception>
    public void FuseLoras() => ChangeWeights(loras.Fuse);

    /// <summary>
    /// Takes fused LoRAs out of the weights, which are then bit for bit what they were, and applies them beside the weights again.
    /// </summary>
    public void UnfuseLoras() => ChangeWeights(loras.Unfuse);

    /// <summary>
    /// Saves the pipeline in the published layout, with the weights in the precision that they are held in (int8: as
    /// <see cref="CheckpointQuantizer"/> writes them); of LoRAs, only what is fused.
    /// </summary>
    /// <param name="folder">The folder; it is made if need be, and may be the one that the pipeline was loaded from.</param>
    /// <param name="variant">The word before the weight files' extension, such as <c>fp16</c>; null: none.</param>
    /// <param name="defaults">What requests that say nothing are to get of the saved checkpoint; null: as with this one.</param>
    /// <param name="cancellation">Stops between two tensors, and while another call has its turn.</param>
    /// <param name="progress">
    /// Is told after each tensor how many bytes of its network are written, and how many there are; null: nobody is.
    /// </param>
    /// <exception cref="InvalidRequestException">The folder's name is empty, or the variant no word.</exception>
    /// <exception cref="BrokenInputException">The folder can't be written. One that was new or empty is so again.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public void Save(
        string folder, string? variant = null, GenerationDefaults? defaults = null, CancellationToken cancellation = default,
        IProgress<(string Part, long Written, long Bytes)>? progress = null) =>
        InTurn(_ => CheckpointWriter.Save(models, folder, variant, defaults, cancellation, progress), cancellation);

    /// <summary>Frees the model, once a running call has ended.</summary>
    /// <exception cref="InvalidOperationException">It is called from within a call, by <see cref="GenerationRequest.OnStep"/>.</exception>
    public void Dispose()
    {
        calls.ThrowIfTelling("the pipeline is disposed of within a call that still needs it");
        calls.Close(() =>
        {
            loras.Dispose();
            models.Dispose();
        });
    }

    /// <summary>The parts themselves, for what only reads them.</summary>
    internal LoadedModels Models => models;

    /// <summary>Forgets the text states that are kept between calls; for whoever changes the text tower's weights.</summary>
    internal void ForgetPrompts() => InTurn(parts => parts.Encoder.Forget());

    /// <summary>Works with the parts while nothing else does.</summary>
    internal T InTurn<T>(Func<Parts, T> work, CancellationToken cancellation = default) => calls.InTurn(
        () =>
        {
            using var inference = inference_mode();
            using var scope = NewDisposeScope();
            return work(parts);
        },
        cancellation);

    /// <inheritdoc cref="InTurn{T}(Func{Parts, T}, CancellationToken)"/>
    internal void InTurn(Action<Parts> work, CancellationToken cancellation = default) => InTurn(
        parts =>
        {
            work(parts);
            return true;
        },
        cancellation);

    /// <inheritdoc cref="PipelineCalls.CountUnderWay"/>
    internal void CountUnderWay(int change) => calls.CountUnderWay(change);

    private GenerationResult Run(GenerationRequest request, CancellationToken cancellation)
    {
        using var batch = NewStepBatch(ImagesAtOnce);
        using var generation = batch.Join(request, cancellation);
        while (!generation.Done)
        {
            batch.Step(cancellation);
            if (request.OnStep is { } tell && !generation.Failed)
                calls.Tell(tell, generation.Progress());
            cancellation.ThrowIfCancellationRequested();
        }
        return generation.Finish(cancellation);
    }

    /// <summary>Does what changes the networks' answers, and so forgets the text tower's that are kept.</summary>
    /// <exception cref="InvalidOperationException">
    /// It is called by <see cref="GenerationRequest.OnStep"/>, or while a <see cref="StepBatch"/> has requests under way: half of their
    /// steps would be made with other weights.
    /// </exception>
    private T ChangeWeights<T>(Func<T> change)
    {
        calls.ThrowIfTelling("the LoRAs are changed within a call that still needs them as they are");
        return calls.InCall(() => InTurn(parts =>
        {
            if (calls.UnderWay > 0)
            {
                throw new InvalidOperationException(
                    $"the LoRAs are changed while a step batch has {calls.UnderWay} requests under way: dispose of these first");
            }
            parts.Encoder.Forget();
            try
            {
                return change();
            }
            finally
            {
                applied = [.. loras.Loras];
                parts.Encoder.MayKnowMore = applied.Count > 0;
            }
        }));
    }

    private void ChangeWeights(Action change) => ChangeWeights(() =>
    {
        change();
        return true;
    });

    /// <summary>What a request goes through, in order: its words, its pictures, the network.</summary>
    internal sealed record Parts(LoadedModels Models, PromptEncoder Encoder, IPictureCodec Codec, IMaskedTransformer Transformer);
}
