using Amused.Images;
using Amused.Sampling;
using Amused.Weights;

namespace Amused.Training;

/// <summary>
/// Encoded examples on their way into a shard. Its tensors: <c>tokens</c> (N, rows, columns) int16, or int32 where a codebook is larger;
/// <c>micro_conditions</c> (N, 5) float32; <c>foreground</c> (N, rows, columns) uint8 where a picture has a mask (<see cref="ForegroundShares"/>); <c>pooled</c> (N, P) and <c>hidden</c> (N, T, H) float16, or <c>input_ids</c> (N, T) int32.
/// </summary>
internal sealed class EncodedRows(EncodedText text, int codebookSize)
{
    public const string Tokens = "tokens", MicroConditionsKey = "micro_conditions", Foreground = "foreground", Pooled = "pooled", Hidden = "hidden", InputIds = "input_ids";

    private readonly List<TokenGrid> grids = [];
    private readonly List<MicroConditions> conditions = [];
    private readonly List<GreyImage?> masks = [];
    private readonly List<EncodedCaption> states = [];
    private readonly List<int[]> ids = [];

    public int Count => grids.Count;

    public void AddPictures(IReadOnlyList<TokenGrid> tokens, IReadOnlyList<TrainingExample> examples)
    {
        grids.AddRange(tokens);
        conditions.AddRange(examples.Select(example => example.Conditions));
        masks.AddRange(examples.Select(example => example.Mask));
    }

    public void AddTexts(IReadOnlyList<string> captions, ExampleEncoders encoders)
    {
        if (text == EncodedText.States)
            states.AddRange(encoders.States!(captions));
        else
            ids.AddRange(encoders.TokenIds!(captions));
    }

    public void Clear()
    {
        grids.Clear();
        conditions.Clear();
        masks.Clear();
        states.Clear();
        ids.Clear();
    }

    public IEnumerable<SafetensorsTensor> Tensors() =>
    [
        TokenTensor(),
        SafetensorsTensor.Of(MicroConditionsKey, SafetensorsDtype.F32, [Count, MicroConditions.Length], conditions.SelectMany(place => place.ToArray()).ToArray()),
        .. masks.Any(mask => mask is not null) ? [ForegroundTensor()] : Enumerable.Empty<SafetensorsTensor>(),
        .. TextTensors(),
    ];

    public IEnumerable<SafetensorsTensor> TextTensors() => text == EncodedText.States
        ?
        [
            SafetensorsTensor.Of(Pooled, SafetensorsDtype.F16, [states.Count, states[0].Pooled.Length], Join(state => state.Pooled)),
            SafetensorsTensor.Of(Hidden, SafetensorsDtype.F16, [states.Count, states[0].Positions, states[0].Hidden.Length / states[0].Positions], Join(state => state.Hidden)),
        ]
        : [SafetensorsTensor.Of(InputIds, SafetensorsDtype.I32, [ids.Count, ids[0].Length], ids.SelectMany(row => row).ToArray())];

    private SafetensorsTensor TokenTensor()
    {
        long[] shape = [Count, grids[0].Rows, grids[0].Columns];
        int[] tokens = [.. grids.SelectMany(grid => grid.Ids.ToArray())];
        return codebookSize <= short.MaxValue + 1
            ? SafetensorsTensor.Of(Tokens, SafetensorsDtype.I16, shape, Array.ConvertAll(tokens, id => (short)id))
            : SafetensorsTensor.Of(Tokens, SafetensorsDtype.I32, shape, tokens);
    }

    private SafetensorsTensor ForegroundTensor() => SafetensorsTensor.Of(
        Foreground, SafetensorsDtype.U8, [Count, grids[0].Rows, grids[0].Columns], masks.Zip(grids).SelectMany(pair => ForegroundShares.Of(pair.First, pair.Second.Rows, pair.Second.Columns)).ToArray());

    private Half[] Join(Func<EncodedCaption, Half[]> part)
    {
        var joined = new Half[states.Sum(state => part(state).Length)];
        int at = 0;
        foreach (var values in states.Select(part))
        {
            values.CopyTo(joined, at);
            at += values.Length;
        }

        return joined;
    }
}
