using static TorchSharp.torch;

namespace Amused.Networks.Kernels;

/// <summary>
/// Group norm and, if asked, SiLU of bfloat16 activations in channels-last order, without gradients: one pass to measure and one to write,
/// with one rounding.
/// </summary>
internal static unsafe class FusedGroupNorm
{
    /// <summary>Channels come in whole registers.</summary>
    private const int ChannelMultiple = 16;

    /// <summary>Whether this can take the place of libtorch's operators.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="weight">[C].</param>
    public static bool Fits(Tensor x, Tensor weight) =>
        x.device_type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.BFloat16
            && !(is_grad_enabled() && (x.requires_grad || weight.requires_grad))
        && x.shape[1] % ChannelMultiple == 0 && x.shape[1] <= RowKernels.LongestRow && ChannelsLast.Is(x);

    /// <summary>(B, C, H, W) → the same shape and order.</summary>
    /// <param name="x">What <see cref="Fits"/>.</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="eps">Keeps the deviation from 0.</param>
    /// <param name="silu">Whether SiLU follows.</param>
    /// <param name="overwrite">Whether the result may stand where <paramref name="x"/> does.</param>
    /// <param name="lanes">The registers; for tests.</param>
    public static Tensor Of(Tensor x, Tensor weight, Tensor bias, long groups, double eps, bool silu, bool overwrite,
        LaneWidth? lanes = null)
    {
        using var scope = NewDisposeScope();
        var y = overwrite ? x.alias() : empty_like(x);
        ushort* from = x.permute(0, 2, 3, 1).Pointer<ushort>(), to = y.permute(0, 2, 3, 1).Pointer<ushort>();
        var (channels, places, width) = ((int)x.shape[1], (int)(x.shape[2] * x.shape[3]), lanes ?? RowKernels.Widest);
        ReadOnlySpan<float> weights = weight.to(ScalarType.Float32).Numbers(), biases = bias.to(ScalarType.Float32).Numbers();
        var size = channels / (int)groups;
        float[] scale = new float[channels], shift = new float[channels];
        var blocks = (places + GroupMomentsKernel.BlockPlaces - 1) / GroupMomentsKernel.BlockPlaces;
        var moments = new GroupMoments[blocks * groups];
        for (var sample = 0L; sample < x.shape[0]; sample++)
        {
            var offset = sample * places * channels;
            fixed (GroupMoments* parts = moments)
            fixed (float* scales = scale, shifts = shift)
            {
                GroupMomentsKernel measure =
                    new() { X = from + offset, Moments = parts, Places = places, Channels = channels, Groups = (int)groups };
                RowKernels.Run(blocks, GroupMomentsKernel.BlockPlaces * channels, measure, width);
                for (var group = 0; group < groups; group++)
                {
                    var (count, mean, squares) = Combined(moments, group, (int)groups);
                    for (var c = group * size; c < (group + 1) * size; c++)
                    {
                        scale[c] = (float)(weights[c] / Math.Sqrt(squares / count + eps));
                        shift[c] = (float)(biases[c] - mean * scale[c]);
                    }
                }
                LineKernel write =
                    new() { X = from + offset, Y = to + offset, Scale = scales, Shift = shifts, Channels = channels, Silu = silu };
                RowKernels.Run(places, channels, write, width);
            }
        }
        return y.MoveToOuterDisposeScope();
    }

    private static ReadOnlySpan<float> Numbers(this Tensor x) => new(x.Pointer<float>(), (int)x.numel());

    /// <summary>The moments of all blocks of a group (Chan, Golub and LeVeque, 1983).</summary>
    private static GroupMoments Combined(GroupMoments[] parts, int group, int groups)
    {
        double count = 0, mean = 0, squares = 0;
        for (var i = group; i < parts.Length; i += groups)
        {
            var part = parts[i];
            var (off, total) = (part.Mean - mean, count + part.Count);
            mean += off * part.Count / total;
            squares += part.Squares + off * off * count * part.Count / total;
            count = total;
        }
        return new(count, mean, squares);
    }
}

/// <summary>Of some numbers.</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">The sum of the squares of what they are off it.</param>
internal readonly record struct GroupMoments(double Count, double Mean, double Squares);

/// <summary>The moments of each group, block by block of places.</summary>
internal unsafe struct GroupMomentsKernel : IRowKernel
{
    /// <summary>
    /// Places of a block, which stays in the cache while it is read twice: off its own mean, so that large means cost no digits.
    /// </summary>
    public const int BlockPlaces = 32;

    /// <summary>[places, channels].</summary>
    public ushort* X;

    /// <summary>Receives [blocks, groups].</summary>
    public GroupMoments* Moments;

    public int Places, Channels, Groups;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        float* sums = stackalloc float[Channels], centres = stackalloc float[Channels];
        var size = Channels / Groups;
        for (var block = from; block < to; block++)
        {
            var x = X + (long)block * BlockPlaces * Channels;
            var places = Math.Min(BlockPlaces, Places - block * BlockPlaces);
            new Span<float>(centres, Channels).Clear();
            Sum<TLanes>(x, places, centres, squared: false, sums);
            for (var group = 0; group < Groups; group++)
                new Span<float>(centres + group * size, size).Fill((float)(Total(sums, group, size) / ((double)places * size)));
            Sum<TLanes>(x, places, centres, squared: true, sums);
            for (var group = 0; group < Groups; group++)
                Moments[(long)block * Groups + group] = new((double)places * size, centres[group * size], Total(sums, group, size));
        }
    }

    /// <summary>Each channel's sum of what it is off its centre, or of the squares of that.</summary>
    private readonly void Sum<TLanes>(ushort* x, int places, float* centres, bool squared, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var c = 0; c < Channels; c += TLanes.Count)
        {
            var (centre, sum) = (TLanes.Load(centres + c), TLanes.All(0));
            for (var place = 0; place < places; place++)
            {
                var off = TLanes.Load(x + (long)place * Channels + c) - centre;
                sum = squared ? TLanes.MultiplyAdd(off, off, sum) : sum + off;
            }
            sum.Store(sums + c);
        }
    }

    private static double Total(float* sums, int group, int size)
    {
        double total = 0;
        for (var c = group * size; c < (group + 1) * size; c++)
            total += sums[c];
        return total;
    }
}

/// <summary>scale · x + shift, and SiLU of it if asked, for each channel.</summary>
internal unsafe struct LineKernel : IRowKernel
{
    /// <summary>Below it SiLU is 0 and e⁻ˣ too large.</summary>
    private const float Least = -87;

    /// <summary>[places, channels].</summary>
    public ushort* X;

    /// <summary>Receives [places, channels]; may be <see cref="X"/>.</summary>
    public ushort* Y;

    /// <summary>[channels] each.</summary>
    public float* Scale, Shift;

    public int Channels;

    public bool Silu;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var place = from; place < to; place++)
        {
            ushort* x = X + (long)place * Channels, y = Y + (long)place * Channels;
            for (var c = 0; c < Channels; c += TLanes.Count)
            {
                var u = TLanes.MultiplyAdd(TLanes.Load(x + c), TLanes.Load(Scale + c), TLanes.Load(Shift + c));
                if (Silu)
                    u /= TLanes.All(1) + Exponential.Of(TLanes.All(0) - TLanes.Max(u, TLanes.All(Least)));
                u.Store(y + c);
            }
        }
    }
}
