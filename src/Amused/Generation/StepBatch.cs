using System.Buffers;
using Amused.Networks;
using Amused.Runtime;
using Amused.Sampling;

namespace Amused;

/// <summary>
/// Requests of different ages, prompts, guidance and numbers of steps that share the network's forward passes: each joins before any step
/// and leaves after its last.
/// </summary>
/// <remarks>
/// <para>
/// This is what continuous batching is to language models (Orca: Yu et al., 2022, section 3). Only pictures of one grid shape, and text
/// states of one length, go through the network together; images of one prompt that hold the same tokens, as all do before the first step,
/// go through it once.
/// </para>
/// <para>Each image has its own seed and draws, so that in float32 it is, token for token, the one that it is alone. Not safe for use by
/// several threads at once.</para>
/// <example>
/// <code>
/// using var batch = pipeline.NewStepBatch();
/// using var fox = batch.Join(new TextToImageRequest("a fox") { Steps = 12 });
/// batch.Step();
/// using var owl = batch.Join(new TextToImageRequest("an owl") { Steps = 8, GuidanceScale = 3 });
/// while (!fox.Done || !owl.Done)
///     batch.Step();
/// fox.Finish().Images[0].Save("fox.png");
/// </code>
/// </example>
/// </remarks>
public sealed class StepBatch : IDisposable
{
    /// <summary>
    /// At most so many logits in a forward pass of more than one image, 1 GB: what a call with large pictures would otherwise ask for.
    /// </summary>
    private const long MostLogits = 1 << 28;

    private readonly AmusedPipeline pipeline;
    private readonly int imagesAtOnce;
    private readonly List<Generation> members = [];

    internal StepBatch(AmusedPipeline pipeline, int imagesAtOnce)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imagesAtOnce, 1);
        (this.pipeline, this.imagesAtOnce) = (pipeline, imagesAtOnce);
    }

    /// <summary>The requests that are under way.</summary>
    public IReadOnlyList<Generation> Members => members;

    /// <summary>Encodes a request's words and pictures; from the next step on it moves along.</summary>
    /// <param name="request">
    /// What to make. Its <see cref="GenerationRequest.OnStep"/> isn't called: <see cref="Generation.Progress"/> tells.
    /// </param>
    /// <param name="cancellation">Stops between two pictures or prompts, and while another call has its turn.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model can't do, or contradicts itself.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled; nothing has joined then.</exception>
    public Generation Join(GenerationRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var member = pipeline.InTurn(
            parts =>
            {
                var prepared = PreparedRequest.Of(request, parts.Models, parts.Encoder, parts.Codec, cancellation);
                var texts = parts.Transformer.Prepare(prepared.Prompts.Texts, prepared.MicroConditions);
                return new Generation(this, prepared, texts, parts.Models.Scheduler.MaskTokenId);
            },
            cancellation);
        members.Add(member);
        pipeline.CountUnderWay(1);
        return member;
    }

    /// <summary>Moves every request that isn't done on by one step.</summary>
    /// <param name="cancellation">Stops between two forward passes; nobody has moved on then.</param>
    /// <returns>The number of images in each forward pass.</returns>
    /// <exception cref="OperationCanceledException">The step was stopped.</exception>
    public IReadOnlyList<int> Step(CancellationToken cancellation = default) => pipeline.InTurn(parts =>
    {
        List<IMemoryOwner<float>> owners = [];
        try
        {
            var moving = members.Where(member => !member.Done).Select(member => (Of: member, Images: member.Images().ToList())).ToList();
            Dictionary<Sight, ReadOnlyMemory<float>> logits = [];
            List<int> sizes = [];
            foreach (var images in Passes(moving.SelectMany(member => member.Images).DistinctBy(Sight.Of), parts.Transformer.CodebookSize))
            {
                cancellation.ThrowIfCancellationRequested();
                owners.Add(parts.Transformer.Predict(images));
                sizes.Add(images.Count);
                var rest = (ReadOnlyMemory<float>)owners[^1].Memory;
                foreach (var image in images)
                {
                    var length = image.Places.Length * parts.Transformer.CodebookSize;
                    (logits[Sight.Of(image)], rest) = (rest[..length], rest[length..]);
                }
            }
            foreach (var (member, images) in moving)
                member.Step(images.ConvertAll(image => logits[Sight.Of(image)]));
            return sizes;
        }
        finally
        {
            owners.ForEach(owner => owner.Dispose());
        }
    });

    /// <summary>Frees all that is under way.</summary>
    public void Dispose()
    {
        foreach (var member in members.ToList())
            Leave(member);
    }

    internal Precision Precision => pipeline.Precision;

    internal float[] Decode(TokenGrid tokens) => pipeline.InTurn(parts => parts.Codec.Decode(tokens));

    internal void Leave(Generation member)
    {
        if (!members.Remove(member))
            return;
        pipeline.InTurn(_ => member.Free());
        pipeline.CountUnderWay(-1);
    }

    /// <summary>What goes through the network together, a bounded number of images at a time.</summary>
    private IEnumerable<IReadOnlyList<MaskedImage>> Passes(IEnumerable<MaskedImage> images, int codebookSize)
    {
        foreach (var alike in images.GroupBy(image => (image.Tokens.Rows, image.Tokens.Columns, image.Text.Of.Positions)))
        {
            List<MaskedImage> pass = [];
            foreach (var image in alike)
            {
                if (pass.Count == imagesAtOnce
                    || (pass.Sum(one => (long)one.Places.Length) + image.Places.Length) * codebookSize > MostLogits)
                {
                    if (pass.Count > 0)
                        yield return pass;
                    pass = [];
                }
                pass.Add(image);
            }
            yield return pass;
        }
    }

    /// <summary>All that the network sees of an image: images with the same sight get the same logits.</summary>
    private readonly record struct Sight(TokenGrid Tokens, PreparedText Text, PreparedText? Negative, float GuidanceScale, int TimeStep)
    {
        public static Sight Of(MaskedImage image) => new(image.Tokens, image.Text, image.Negative, image.GuidanceScale, image.TimeStep);
    }
}
