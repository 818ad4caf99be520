using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amused.Extensions.AI;

/// <summary>
/// An aMUSEd model as the <see cref="IImageGenerator"/> of Microsoft.Extensions.AI: pictures from words; from a picture and words (with an
/// original image); and inside a picture (with a mask as well).
/// </summary>
/// <remarks>
/// <para>
/// Each original image is redrawn by itself and gives <see cref="ImageGenerationOptions.Count"/> pictures. A mask is given by the
/// additional property
/// <see cref="AmusedProperties.Mask"/>, or among the original images, as content whose <see cref="DataContent.Name"/> is <c>mask</c> or
/// ends in <c>-mask</c> or
/// <c>_mask</c>, with or without an extension. Where a mask has transparent pixels, those are made anew; otherwise its white ones.
/// </para>
/// <para>
/// <see cref="AmusedProperties"/> names the settings that go into <see cref="ImageGenerationOptions.AdditionalProperties"/>. All others of
/// the library's can be given by
/// <see cref="ImageGenerationOptions.RawRepresentationFactory"/>, which may make a <see cref="GenerationRequest"/>; what the options say
/// goes before it.
/// </para>
/// <para>Calls may come from several threads; they are served one after the other, since each uses every core.</para>
/// </remarks>
[Experimental(Experiments.ImageGeneration)]
public sealed class AmusedImageGenerator : IImageGenerator
{
    private readonly PipelineSource source;
    private readonly ImageGeneratorMetadata metadata;
    private readonly CancellationTokenSource closing = new();
    private int closed;

    /// <summary>
    /// Creates a generator that loads its model at the first call, or by <see cref="LoadAsync"/>, and frees it when it is disposed of.
    /// </summary>
    /// <param name="options">Which model, and how to load it. What changes there after the loading has no effect.</param>
    /// <param name="logger">
    /// Is told of the loading. Requests are logged by <c>UseLogging</c> of <see cref="ImageGeneratorBuilder"/>.
    /// </param>
    public AmusedImageGenerator(AmusedOptions options, ILogger<AmusedImageGenerator>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        source = new PipelineLoader(options, logger ?? NullLogger<AmusedImageGenerator>.Instance);
        metadata = new(ProviderName, defaultModelId: options.Model);
    }

    /// <summary>Creates a generator over a pipeline that is loaded already, and that the caller disposes of after the generator.</summary>
    /// <param name="pipeline">The pipeline. LoRAs that are applied to it later take effect here too.</param>
    /// <param name="modelId">What the model is called in telemetry and in requests.</param>
    public AmusedImageGenerator(AmusedPipeline pipeline, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        source = new BorrowedPipeline(pipeline);
        metadata = new(ProviderName, defaultModelId: modelId);
    }

    /// <summary>What telemetry calls the provider.</summary>
    public const string ProviderName = "amused";

    /// <summary>Loads the model if that hasn't been done, so that the first request need not wait for it.</summary>
    /// <param name="cancellation">Ends the waiting; the loading goes on for those who come later.</param>
    /// <returns>The pipeline. It belongs to the generator.</returns>
    /// <exception cref="BrokenInputException">The checkpoint or a LoRA is missing or broken.</exception>
    /// <exception cref="InvalidRequestException">An option is missing or unusable.</exception>
    /// <exception cref="ObjectDisposedException">The generator is disposed of.</exception>
    public async Task<AmusedPipeline> LoadAsync(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return await source.GetAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes pictures.</summary>
    /// <param name="request">
    /// The prompt, and original images for an edit. Only bytes are taken as images, and data URIs; no address is fetched.
    /// </param>
    /// <param name="options">
    /// <para>Count (default 1); size (default: the model's own, for an edit the picture's; one that the model can't make gives the nearest
    /// that it can, with a notice);
    /// media type (<c>image/png</c>, which is the default, <c>image/jpeg</c>, <c>image/webp</c>).</para>
    /// <para>Response format: data, or a URI, which holds the data as nothing is hosted. Model id: none but that of the metadata.</para>
    /// <para>Streaming count: how many intermediate pictures <see cref="AmusedProperties.Progress"/> is given.</para>
    /// </param>
    /// <param name="cancellationToken">Stops within one step of the network.</param>
    /// <returns>
    /// The pictures as <see cref="DataContent"/> (or <see cref="UriContent"/>), each with its <c>seed</c> among its additional properties
    /// and its
    /// <see cref="GeneratedImage"/> as raw representation; that of the response is the <see cref="GenerationResult"/>, with timings and
    /// notices. Usage counts the
    /// pictures' tokens.
    /// </returns>
    /// <exception cref="InvalidRequestException">The request asks for what can't be done, or contradicts itself.</exception>
    /// <exception cref="BrokenInputException">
    /// An original image or a mask can't be read; or, at the first call, the model can't be loaded.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The generator is disposed of, or was so during the call.</exception>
    public async Task<ImageGenerationResponse> GenerateAsync(ImageGenerationRequest request, ImageGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(IsClosed, this);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing.Token);
        try
        {
            var pipeline = await source.GetAsync(stop.Token).ConfigureAwait(false);
            // Pictures are read and written on the thread pool, made on the pipeline's own thread.
            return await Task.Run(() =>
                new GenerationCall(this, pipeline, metadata, request, options ?? new()).RunAsync(stop.Token), stop.Token)
                    .ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            // By the caller's own token, not by one that was linked to it.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (OperationCanceledException e) when (IsClosed)
        {
            throw new ObjectDisposedException("the generator was disposed of during the call", e);
        }
    }

    /// <summary>
    /// Gives the generator itself, its <see cref="ImageGeneratorMetadata"/>, or the <see cref="AmusedPipeline"/>, for which it waits until
    /// that is loaded.
    /// </summary>
    /// <param name="serviceType">The type that is asked for.</param>
    /// <param name="serviceKey">There is nothing by a key.</param>
    /// <returns>The service, or null.</returns>
    /// <exception cref="AmusedException">The pipeline was asked for and can't be loaded.</exception>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(ImageGeneratorMetadata) ? metadata
            : serviceType == typeof(AmusedPipeline) ? LoadAsync().GetAwaiter().GetResult()
            : null;
    }

    /// <summary>Stops running calls within one step, and frees the model if the generator loaded it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0)
            return;
        closing.Cancel();
        source.Dispose();
    }

    private bool IsClosed => Volatile.Read(ref closed) != 0;
}
