using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Moments in block-wise 8 bits: 2 bytes per element and 8 per block.</summary>
internal sealed class QuantizedMoments(Tensor parameter) : Moments
{
    private readonly QuantizedMoment mean = new(BlockwiseCode.Signed, parameter), square = new(BlockwiseCode.Unsigned, parameter);

    public override IEnumerable<KeyValuePair<string, Tensor>> State =>
    [
        new("exp_avg.codes", mean.Codes), new("exp_avg.absmax", mean.Largest),
        new("exp_avg_sq.codes", square.Codes), new("exp_avg_sq.absmax", square.Largest),
    ];

    public override void Apply(long start, Span<float> parameter, ReadOnlySpan<float> gradient, AdamWUpdate update)
    {
        Span<float> first = stackalloc float[AdamW8Bit.BlockSize], second = stackalloc float[AdamW8Bit.BlockSize];
        var means = mean.Blocks(start, parameter.Length);
        var squares = square.Blocks(start, parameter.Length);
        for (var block = 0; block * AdamW8Bit.BlockSize < parameter.Length; block++)
        {
            var from = block * AdamW8Bit.BlockSize;
            var count = Math.Min(AdamW8Bit.BlockSize, parameter.Length - from);
            means.Read(block, first[..count]);
            squares.Read(block, second[..count]);
            update.Apply(parameter.Slice(from, count), gradient.Slice(from, count), first[..count], second[..count]);
            means.Write(block, first[..count]);
            squares.Write(block, second[..count]);
        }
    }

    public override void Apply(Tensor parameter, Tensor gradient, AdamWUpdate update)
    {
        using var scope = NewDisposeScope();
        var (means, squares) = (mean.Read(), square.Read());
        update.Apply(parameter, gradient, means, squares);
        mean.Write(means);
        square.Write(squares);
    }
}

/// <summary>One moment of a parameter: its codes, in the parameter's shape, and the largest absolute value of each block.</summary>
internal sealed class QuantizedMoment(BlockwiseCode code, Tensor parameter)
{
    public Tensor Codes { get; } = zeros(parameter.shape, ScalarType.Byte, parameter.device).DetachFromDisposeScope();

    public Tensor Largest { get; } =
        zeros((parameter.numel() + AdamW8Bit.BlockSize - 1) / AdamW8Bit.BlockSize, ScalarType.Float32, parameter.device).DetachFromDisposeScope();

    /// <summary>The blocks of a stretch that begins at a block's first element.</summary>
    public Stretch Blocks(long start, int count) => new(
        code,
        Codes.Elements<byte>(start, count),
        Largest.Elements<float>(start / AdamW8Bit.BlockSize, (count + AdamW8Bit.BlockSize - 1) / AdamW8Bit.BlockSize));

    /// <summary>All of it as float32, in the parameter's shape.</summary>
    public Tensor Read() => code.Dequantize(Codes, Largest);

    /// <summary>Replaces all of it.</summary>
    public void Write(Tensor numbers) => code.Quantize(numbers, Codes, Largest);

    /// <summary>Blocks in this machine's memory.</summary>
    public readonly ref struct Stretch(BlockwiseCode code, Span<byte> codes, Span<float> largest)
    {
        private readonly Span<byte> codes = codes;
        private readonly Span<float> largest = largest;

        /// <summary>Reads a block into as many numbers as it has.</summary>
        public void Read(int block, Span<float> numbers) => code.Dequantize(codes.Slice(block * AdamW8Bit.BlockSize, numbers.Length), largest[block], numbers);

        /// <summary>Writes a block; the numbers are overwritten.</summary>
        public void Write(int block, Span<float> numbers) =>
            largest[block] = code.Quantize(numbers, codes.Slice(block * AdamW8Bit.BlockSize, numbers.Length));
    }
}

/// <summary>
/// AdamW with both moments in block-wise dynamic 8 bits (Dettmers et al., 2022), as bitsandbytes keeps them: 2.03 bytes of state per trained number instead
/// of 8. Tensors of under <see cref="MinQuantizedElements"/> elements keep float32 moments.
/// </summary>
/// <param name="parameters">What is trained, by checkpoint key: float32 leaves that require gradients.</param>
/// <param name="options">The constants; null: the defaults.</param>
/// <exception cref="InvalidRequestException">There are no parameters.</exception>
internal sealed class AdamW8Bit(IEnumerable<KeyValuePair<string, Tensor>> parameters, AdamWOptions? options = null)
    : Optimizer(parameters, options, parameter => parameter.numel() < MinQuantizedElements ? new Float32Moments(parameter) : new QuantizedMoments(parameter))
{
    /// <summary>Neighbouring elements of the flattened tensor that share one scale.</summary>
    public const int BlockSize = 256;

    /// <summary>The least number of elements for which moments are quantised.</summary>
    public const int MinQuantizedElements = 4096;
}
