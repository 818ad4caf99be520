using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Amused.Images;
using Amused.Networks;
using Amused.Sampling;

namespace Amused;

/// <summary>A request under way: a <see cref="StepBatch"/> moves it on, together with others.</summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed class Generation : IDisposable
{
    private readonly StepBatch owner;
    private readonly PreparedRequest prepared;
    private readonly IPreparedTexts texts;
    private readonly IReadOnlyList<SamplingState> states;
    private readonly int firstIndex;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private Exception? failure;

    internal Generation(StepBatch owner, PreparedRequest prepared, IPreparedTexts texts, int maskTokenId)
    {
        (this.owner, this.prepared, this.texts) = (owner, prepared, texts);
        states = prepared.StartingStates(maskTokenId);
        firstIndex = Index;
    }

    /// <summary>How many images the request gives.</summary>
    public int ImageCount => prepared.Layout.ImageCount;

    /// <summary>Size of each picture in pixels.</summary>
    public (int Width, int Height) Size => (prepared.Start.Width, prepared.Start.Height);

    /// <summary>How many steps have run.</summary>
    public int StepsDone => Index - firstIndex;

    /// <summary>How many steps run in all; image to image runs fewer than were asked for.</summary>
    public int StepCount => prepared.Settings.Steps - firstIndex;

    /// <summary>Whether every step has run, or one of them failed: <see cref="Finish"/> gives the result, or throws.</summary>
    public bool Done => Failed || states[0].Done;

    /// <summary>Whether a step failed.</summary>
    internal bool Failed => failure is not null;

    /// <summary>All images' tokens so far, in order.</summary>
    internal IEnumerable<TokenGrid> Tokens => states.SelectMany(state => state.Tokens);

    private int Index => states[0].Index;

    private IEnumerable<TokenGrid> Predicted => states.SelectMany(state => state.Predicted);

    /// <summary>Where sampling stands; after at least one step.</summary>
    public StepProgress Progress()
    {
        var mask = states[0].MaskTokenId;
        return new(StepsDone, StepCount, Index - 1, [.. Tokens.Zip(
            Predicted, (tokens, predicted) => new StepImage(tokens, predicted, [.. tokens.Ids.ToArray().Select(id => id == mask)]))]);
    }

    /// <summary>The picture as it would be if all that the last step drew stayed; after at least one step.</summary>
    /// <param name="image">Which image, from 0.</param>
    public RgbImage Preview(int image = 0) => PixelTensors.ToImage(owner.Decode(Predicted.ElementAt(image)), Size.Width, Size.Height);

    /// <summary>Decodes the pictures.</summary>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <exception cref="InvalidOperationException">Steps are still to be run.</exception>
    /// <exception cref="BrokenInputException">The network returned logits that are not finite.</exception>
    public GenerationResult Finish(CancellationToken cancellation = default)
    {
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        if (!Done)
            throw new InvalidOperationException($"{StepsDone} of {StepCount} steps have run: a generation is finished after the last one");
        var (sampling, decoding) = (clock.Elapsed, Stopwatch.StartNew());
        List<GeneratedImage> images = [];
        foreach (var tokens in Tokens)
        {
            cancellation.ThrowIfCancellationRequested();
            images.Add(Finished(images.Count, tokens));
        }
        return new(images, new(prepared.TextEncoding, prepared.ImageEncoding, sampling, decoding.Elapsed),
            prepared.Notices) { Precision = owner.Precision };
    }

    /// <summary>Leaves the batch and frees what it holds.</summary>
    public void Dispose() => owner.Leave(this);

    /// <summary>What each image asks of the next forward pass.</summary>
    internal IEnumerable<MaskedImage> Images() => Tokens.Select((tokens, image) =>
    {
        var (text, negative) = prepared.Prompts.Rows[prepared.Layout.RowOf(image)];
        var unknown = MaskGitSampler.Unknown(tokens, states[0].MaskTokenId);
        var scale = states[0].Plan.Guidance.ScaleAt(prepared.Settings.GuidanceScale, 1 - ((float)unknown.Length / tokens.Ids.Length));
        var isGuided = negative is not null && Guidance.IsNeeded(scale);
        return new MaskedImage(
            tokens, unknown, new(texts, text), isGuided ? new(texts, negative!.Value) : null, scale, prepared.Settings.Steps - 1 - Index);
    });

    /// <summary>
    /// Moves on by one step; what goes wrong is kept for <see cref="Finish"/>, as the others of the batch have no part in it.
    /// </summary>
    /// <param name="logits">Each image's, as <see cref="MaskGitSampler.Step"/> takes them.</param>
    internal void Step(IReadOnlyList<ReadOnlyMemory<float>> logits)
    {
        try
        {
            var first = 0;
            foreach (var state in states)
            {
                MaskGitSampler.Step(state, [.. logits.Skip(first).Take(state.Tokens.Count)]);
                first += state.Tokens.Count;
            }
        }
        catch (AmusedException e)
        {
            failure = e;
        }
        if (Done)
            clock.Stop();
    }

    internal void Free() => texts.Dispose();

    private GeneratedImage Finished(int image, TokenGrid tokens)
    {
        var (request, start, row) = (prepared.Request, prepared.Start, prepared.Layout.RowOf(image));
        GeneratedImage generated = new(row, prepared.Layout.SeedOf(image), tokens);
        if (request.Output == OutputKind.Tokens)
            return generated;
        var pixels = owner.Decode(tokens);
        var picture = PixelTensors.ToImage(pixels, start.Width, start.Height);
        if (start.Originals.Count > 0)
            picture = MaskCompositor.Composite(OfRow(start.Originals), picture, OfRow(start.Masks));
        return generated with { Picture = picture, Pixels = request.Output == OutputKind.Pixels ? pixels : null };

        T OfRow<T>(IReadOnlyList<T> list) => list[list.Count == 1 ? 0 : row];
    }
}
