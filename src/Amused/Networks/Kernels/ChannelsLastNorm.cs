using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Amused.Networks.Kernels;

/// <summary>
/// Group norm with SiLU for training on the CPU in channels-last order, where libtorch's own is slow backwards (see
/// <see cref="GroupNormKernel"/>).
/// </summary>
internal sealed unsafe class ChannelsLastNorm : autograd.SingleTensorFunction<ChannelsLastNorm>
{
    /// <summary>Rows of channels stand on the stack.</summary>
    private const int MostChannels = 4096;

    [ThreadStatic]
    private static List<Tensor>? returned;

    public override string Name => nameof(ChannelsLastNorm);

    /// <summary>
    /// Whether this can take the place of libtorch's norm: where gradients are recorded for float32 in channels-last order.
    /// </summary>
    public static bool Fits(Tensor x, Tensor weight) =>
        x.requires_grad && is_grad_enabled() && x.device.type == DeviceType.CPU && x.dtype == ScalarType.Float32
            && weight.dtype == ScalarType.Float32
        && x.shape[1] % Vector<float>.Count == 0 && x.shape[1] <= MostChannels && ChannelsLast.Is(x);

    /// <summary>(B, C, H, W) → the same shape and layout.</summary>
    public static Tensor Of(Tensor x, Tensor weight, Tensor bias, long groups, double eps, bool silu) =>
        apply(x, weight, bias, groups, eps, silu);

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        Tensor x = (Tensor)arguments[0], weight = (Tensor)arguments[1], bias = (Tensor)arguments[2];
        Call call = new(x, (int)(long)arguments[3], (double)arguments[4], (bool)arguments[5]);
        var y = empty_like(x);
        nint from = Pointer(x), to = Pointer(y), weights = Pointer(weight), biases = Pointer(bias);
        call.ForEachSample((sample, offset, mean, inverse) =>
            call.Kernel.Forward((float*)from + offset, (float*)to + offset, (float*)weights, (float*)biases, mean, inverse));
        context.save_for_backward([x, weight, bias]);
        context.save_data(nameof(Call), call);
        return y;
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        using var owned = gradient;
        var saved = context.get_saved_variables();
        var call = (Call)context.get_data(nameof(Call));
        using var ordered = ChannelsLast.Of(gradient);
        var (x, weight, bias) = (saved[0], saved[1], saved[2]);
        Tensor dx = empty_like(x).DetachFromDisposeScope(), dWeight = empty_like(weight).DetachFromDisposeScope(), dBias = empty_like(bias)
            .DetachFromDisposeScope();
        var channels = call.Channels;
        float[] weightParts = new float[call.Samples * channels], biasParts = new float[call.Samples * channels];
        nint from = Pointer(x), back = Pointer(ordered), to = Pointer(dx), weights = Pointer(weight), biases = Pointer(bias);
        call.ForEachSample((sample, offset, mean, inverse) =>
        {
            fixed (float* weightPart = &weightParts[sample * channels], biasPart = &biasParts[sample * channels])
                call.Kernel.Backward((float*)from + offset, (float*)back + offset, (float*)to + offset, (float*)weights, (float*)biases,
                    mean, inverse, weightPart, biasPart);
        });
        SumParts(weightParts, new((float*)Pointer(dWeight), channels));
        SumParts(biasParts, new((float*)Pointer(dBias), channels));
        saved.ForEach(input => input.Dispose());
        // What was returned must live until it is taken; by the next call it has been.
        returned?.ForEach(one => one.Dispose());
        returned = [dx, dWeight, dBias];
        return [dx, dWeight, dBias, null!, null!, null!];
    }

    private static void SumParts(float[] parts, Span<float> sums)
    {
        sums.Clear();
        for (var i = 0; i < parts.Length; i++)
            sums[i % sums.Length] += parts[i];
    }

    private static nint Pointer(Tensor x)
    {
        using var rows = x.dim() == 4 ? x.permute(0, 2, 3, 1) : x.alias();
        return (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(rows.bytes));
    }

    /// <summary>What one run of the function is about, and the statistics that it keeps for the way back.</summary>
    private sealed class Call(Tensor x, int groups, double eps, bool silu)
    {
        private readonly float[] means = new float[x.shape[0] * x.shape[1]], inverses = new float[x.shape[0] * x.shape[1]];

        public int Samples { get; } = (int)x.shape[0];

        public int Channels { get; } = (int)x.shape[1];

        public GroupNormKernel Kernel { get; } = new((int)(x.shape[2] * x.shape[3]), (int)x.shape[1], groups, eps, silu);

        private long SampleSize { get; } = x.shape[1] * x.shape[2] * x.shape[3];

        public delegate void Work(int sample, long offset, float* mean, float* inverse);

        // Sample by sample, so that sums do not depend on the number of threads.
        public void ForEachSample(Work work) => Parallel.For(0, Samples, new() { MaxDegreeOfParallelism = get_num_threads() }, sample =>
        {
            fixed (float* mean = &means[sample * Channels], inverse = &inverses[sample * Channels])
                work(sample, sample * SampleSize, mean, inverse);
        });
    }
}
