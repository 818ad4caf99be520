using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>One call of <see cref="AmusedImageGenerator.GenerateAsync"/>: from the abstraction's request to the library's, and from its result back.</summary>
[Experimental(Experiments.ImageGeneration)]
internal sealed class GenerationCall(
    AmusedImageGenerator generator, AmusedPipeline pipeline, ImageGeneratorMetadata metadata, ImageGenerationRequest request, ImageGenerationOptions options)
{
    private readonly List<string> notices = [];

    public async Task<ImageGenerationResponse> RunAsync(CancellationToken cancellation)
    {
        ThrowIfOtherModel();
        var properties = new RequestProperties(options.AdditionalProperties);
        var format = new OutputFormat(options, properties.Quality);
        notices.AddRange(properties.Unknown.Select(name => $"additional property {name} is not known here, and ignored"));

        var originals = new OriginalPictures(request.OriginalImages);
        var raw = options.RawRepresentationFactory?.Invoke(generator) as GenerationRequest;
        var wanted = new RequestMapping(pipeline, options, properties, notices).Map(request.Prompt, originals, raw);
        var result = await pipeline.GenerateAsync(wanted, Reporter(properties, format), cancellation).ConfigureAwait(false);
        return new([.. result.Images.Select(format.Content)])
        {
            RawRepresentation = result with { Notices = [.. notices, .. result.Notices] },
            Usage = new() { OutputTokenCount = result.Images.Sum(image => (long)image.Tokens.Ids.Length) },
        };
    }

    private StepReporter? Reporter(RequestProperties properties, OutputFormat format)
    {
        var pictures = options.StreamingCount ?? 0;
        if (pictures < 0)
            throw new InvalidRequestException($"streaming count {pictures}: it can be 0 and more");
        if (properties.Progress is { } progress)
            return new(pipeline, progress, format, pictures);
        if (pictures > 0)
            notices.Add($"streaming count {pictures}: intermediate pictures are given to the additional property {AmusedProperties.Progress}, which is not there");
        return null;
    }

    private void ThrowIfOtherModel()
    {
        if (options.ModelId is { } asked && asked != metadata.DefaultModelId)
        {
            throw PropertyValues.Wrong(
                "model id", asked,
                metadata.DefaultModelId is { } own ? $"{own}, the model of this generator" : "known: the model of this generator has no id");
        }
    }
}
