using Amused.Sampling;
using Amused.UVit;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>
/// Requests of different ages, prompts, guidance and numbers of steps that share the network's forward passes: each joins before any step and leaves after its last.
/// </summary>
/// <remarks>
/// <para>
/// This is what continuous batching is to language models (Orca: Yu et al., 2022, section 3). It works because the network has no time-step input: all that it is told beside the tokens is what
/// a request's words came to, a row for each. Only pictures of one grid shape, and text states of one length, go through the network together.
/// </para>
/// <para>Each image has its own seed and draws, so that in float32 it is, token for token, the one that it is alone. Not safe for use by several threads at once.</para>
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
    /// Unknown places go to the network's head in multiples of this, a power of two, the last ones for nothing: oneDNN keeps a kernel for each number of rows that it has met,
    /// and a server would meet hundreds, a few kilobytes and some milliseconds of making each.
    /// </summary>
    private const long PlacesAtOnce = 64;

    private readonly AmusedPipeline pipeline;
    private readonly int imagesAtOnce;
    private readonly List<BatchedGeneration> members = [];
    private readonly List<Tensor> kept = [];
    private List<Chunk>? chunks;

    internal StepBatch(AmusedPipeline pipeline, int imagesAtOnce)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imagesAtOnce, 1);
        (this.pipeline, this.imagesAtOnce) = (pipeline, imagesAtOnce);
    }

    /// <summary>The requests that are under way.</summary>
    public IReadOnlyList<BatchedGeneration> Members => members;

    /// <summary>Encodes a request's words and pictures; from the next step on it moves along.</summary>
    /// <param name="request">What to make. Its <see cref="GenerationRequest.OnStep"/> isn't called: <see cref="BatchedGeneration.Progress"/> tells.</param>
    /// <param name="cancellation">Stops between two pictures or prompts, and while another call has its turn.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model can't do, or contradicts itself.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled; nothing has joined then.</exception>
    public BatchedGeneration Join(GenerationRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var member = pipeline.InTurn(
            (models, encoder, codec) =>
            {
                PreparedGeneration prepared = new(models, encoder, codec, request, cancellation);
                try
                {
                    return new BatchedGeneration(this, prepared, models.Transformer);
                }
                catch
                {
                    prepared.Dispose();
                    throw;
                }
            },
            cancellation);
        members.Add(member);
        Regroup();
        return member;
    }

    /// <summary>Moves every request that isn't done on by one step.</summary>
    /// <param name="cancellation">Stops between two forward passes; nobody has moved on then.</param>
    /// <returns>The number of images in each forward pass.</returns>
    /// <exception cref="OperationCanceledException">The step was stopped.</exception>
    public IReadOnlyList<int> Step(CancellationToken cancellation = default) => pipeline.InTurn((models, _, _) =>
    {
        if (chunks is null || chunks.Any(chunk => chunk.Images.Any(image => image.Of.Done)))
            Regroup();
        chunks ??= [.. Group()];
        var logits = new Dictionary<BatchedGeneration, Tensor[]>();
        foreach (var chunk in chunks)
        {
            cancellation.ThrowIfCancellationRequested();
            Predict(models, chunk, logits);
        }
        foreach (var (member, images) in logits)
            member.Step(images);
        return chunks.ConvertAll(chunk => chunk.Images.Count);
    });

    /// <summary>Frees all that is under way.</summary>
    public void Dispose()
    {
        foreach (var member in members.ToList())
            Leave(member);
    }

    internal T InTurn<T>(Func<LoadedModels, PictureCodec, T> work) => pipeline.InTurn((models, _, codec) => work(models, codec));

    internal void Leave(BatchedGeneration member)
    {
        if (!members.Remove(member))
            return;
        Regroup();
        member.Free();
    }

    private void Regroup()
    {
        kept.ForEach(tensor => tensor.Dispose());
        kept.Clear();
        chunks = null;
    }

    /// <summary>Joins what goes through the network together, a bounded number of images at a time.</summary>
    private List<Chunk> Group()
    {
        var images = members.Where(member => !member.Done).SelectMany(member => Enumerable.Range(0, member.ImageCount).Select(image => (Of: member, Image: image)));
        List<Chunk> grouped = [];
        foreach (var shape in images.GroupBy(image => (image.Of.Size, image.Of.Positions)))
        {
            foreach (var some in shape.Chunk(imagesAtOnce))
            {
                var condition = ConditionRow.Join([.. some.SelectMany(image => image.Of.Sequences[image.Image])]);
                kept.AddRange(ConditionRow.Keep(condition));
                grouped.Add(new(some, condition));
            }
        }
        return grouped;
    }

    private static void Predict(LoadedModels models, Chunk chunk, Dictionary<BatchedGeneration, Tensor[]> logits)
    {
        using var scope = NewDisposeScope();
        var ids = cat([.. chunk.Images.SelectMany(image => Enumerable.Repeat(image.Of.Prepared.Batch.TokensOf(image.Image), image.Of.Sequences[image.Image].Length))], 0);
        List<Tensor> conditional = [], unconditional = [], scales = [];
        var (size, row) = (ids.shape[1] * ids.shape[2], 0L);
        foreach (var (member, image) in chunk.Images)
        {
            var unknown = MaskGitSampler.UnknownPlaces(member.Prepared.Batch.TokensOf(image), models.Scheduler.MaskTokenId);
            // Without guidance both are one pass, and nothing is between them.
            var passes = member.Sequences[image].Length;
            unconditional.Add(unknown + row * size);
            conditional.Add(unknown + (row + passes - 1) * size);
            scales.Add(full([unknown.numel(), 1], member.Prepared.GuidanceScale, ScalarType.Float32));
            row += passes;
        }
        var isGuided = row > chunk.Images.Count;
        var counts = conditional.ConvertAll(part => part.numel());
        var padding = -counts.Sum() & (PlacesAtOnce - 1);
        Tensor Places(List<Tensor> parts) => nn.functional.pad(cat(parts, 0), [.. new long[2 * parts[0].dim() - 1], padding]).to(models.Device);
        var wanted = Places(conditional);
        var answers = wanted.numel() == 0 ? zeros(0, models.Transformer.Config.CodebookSize)
            : models.Transformer.ForwardAt(ids.to(models.Device), chunk.Condition, wanted, isGuided ? Places(unconditional) : null, isGuided ? Places(scales) : null);
        foreach (var ((member, image), answer) in chunk.Images.Zip(answers.split([.. counts, padding], 0)))
        {
            if (!logits.TryGetValue(member, out var all))
                logits[member] = all = new Tensor[member.ImageCount];
            all[image] = answer.MoveToOuterDisposeScope();
        }
    }

    /// <summary>What one forward pass takes.</summary>
    /// <param name="Images">The images, all of one grid shape.</param>
    /// <param name="Condition">Their rows of conditions, in order.</param>
    private sealed record Chunk(IReadOnlyList<(BatchedGeneration Of, int Image)> Images, UVitCondition Condition);
}
