using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Amused.Imaging;
using Amused.UVit;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>A request that a <see cref="StepBatch"/> advances together with others.</summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed class BatchedGeneration : IDisposable
{
    private readonly StepBatch owner;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly IReadOnlyList<Tensor> kept;
    private Exception? failure;

    /// <summary>Takes the prepared request over; to be called in an open dispose scope that owns its conditions.</summary>
    internal BatchedGeneration(StepBatch owner, PreparedGeneration prepared, UVit2DModel model)
    {
        (this.owner, Prepared) = (owner, prepared);
        var (conditional, unconditional) = (prepared.Conditional, prepared.Unconditional);
        var inputs = unconditional?.Concat(conditional) ?? conditional;
        var condition = model.Prepare(inputs.Hidden, inputs.Pooled, inputs.Micro);
        kept = ConditionRow.Keep(condition);
        (var rows, Positions) = (conditional.Hidden.shape[0], conditional.Hidden.shape[1]);
        Sequences = [.. prepared.Rows.Select(row => unconditional is null
            ? (ConditionRow[])[new(condition, row)]
            : [new(condition, row), new(condition, rows + row)])];
    }

    /// <summary>How many images the request gives.</summary>
    public int ImageCount => Prepared.ImageCount;

    /// <summary>Size of each picture in pixels.</summary>
    public (int Width, int Height) Size => Prepared.Size;

    /// <summary>How many steps have run.</summary>
    public int StepsDone => Prepared.StepsDone;

    /// <summary>How many steps run in all; image to image runs fewer than were asked for.</summary>
    public int StepCount => Prepared.StepCount;

    /// <summary>Whether every step has run, or one of them failed: <see cref="Finish"/> gives the result, or throws.</summary>
    public bool Done => failure is not null || Prepared.Batch.Done;

    internal PreparedGeneration Prepared { get; }

    /// <summary>How many positions its text states have.</summary>
    internal long Positions { get; }

    /// <summary>The rows of conditions of each image: without and with the prompt, or, without guidance, only the latter.</summary>
    internal IReadOnlyList<ConditionRow[]> Sequences { get; }

    /// <summary>Where sampling stands; after at least one step.</summary>
    public StepProgress Progress() => owner.InTurn((_, _) => Prepared.Progress());

    /// <summary>The picture as it would be if all that the last step drew stayed.</summary>
    /// <param name="image">Which image, from 0.</param>
    public RgbImage Preview(int image = 0) => owner.InTurn((models, codec) =>
        PixelTensors.ToImage(codec.Decode(Prepared.Batch.Predicted().narrow(0, image, 1)), Size.Width, Size.Height));

    /// <summary>Decodes the pictures.</summary>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <exception cref="InvalidOperationException">Steps are still to be run.</exception>
    /// <exception cref="BrokenInputException">The network's answer was no number.</exception>
    public GenerationResult Finish(CancellationToken cancellation = default)
    {
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        if (!Done)
            throw new InvalidOperationException($"{StepsDone} of {StepCount} steps have run: a generation is finished after the last one");
        var sampling = clock.Elapsed;
        return owner.InTurn((_, _) => Prepared.Finish(sampling, cancellation));
    }

    /// <summary>Leaves the batch and frees the tokens.</summary>
    public void Dispose() => owner.Leave(this);

    /// <summary>Moves on by one step; what goes wrong is kept for <see cref="Finish"/>, as the others of the batch have no part in it.</summary>
    internal void Step(IReadOnlyList<Tensor> logits)
    {
        try
        {
            Prepared.Batch.Step(logits);
        }
        catch (AmusedException e)
        {
            failure = e;
        }
        if (Done)
            clock.Stop();
    }

    internal void Free()
    {
        Prepared.Dispose();
        foreach (var tensor in kept)
            tensor.Dispose();
    }
}
