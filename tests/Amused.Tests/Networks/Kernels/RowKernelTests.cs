using Amused.Networks.Kernels;
using Amused.Runtime;
using TorchSharp;
using Xunit;
using static Amused.Tests.Networks.Kernels.RowFigures;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Kernels;

/// <summary>
/// Each kernel on each width of registers against the same in plain operators. Rows of 37 and 72 numbers leave a rest behind vectors of 16
/// and of 8.
/// </summary>
public sealed class RowKernelTests : IDisposable
{
    private readonly DisposeScope scope = Prepare();

    /// <summary>The widths that this processor has.</summary>
    public static TheoryData<LaneWidthName, int> Widths =>
        [.. from lanes in Enum.GetValues<LaneWidthName>() from width in new[] { 5, 37, 64, 72 } select (lanes, width)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Widths))]
    public void Bytes_lie_within_half_a_step_of_the_numbers(LaneWidthName lanes, int width)
    {
        var x = Numbers(300, width);
        var rows = Int8Rows.Of(x, Of(lanes));
        AssertClose(x.to(ScalarType.Float32), Back(rows), rows.Scales.max().item<float>() * 0.51);
        AssertClose(x.to(ScalarType.Float32).abs().amax([1L]) / 127, rows.Scales, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Bytes_twice_over_leave_next_to_nothing(LaneWidthName lanes, int width)
    {
        var x = Numbers(9, width);
        var parts = Back(Int8Rows.TwiceOf(x, Of(lanes))).chunk(2, 0);
        AssertClose(x.to(ScalarType.Float32), parts[0] + parts[1], 1e-3);
    }

    [Fact]
    public void A_row_of_zeros_stays_zero()
    {
        var rows = Int8Rows.Of(zeros([2, 48], ScalarType.BFloat16));
        Assert.Equal(128, rows.Values.to(ScalarType.Int32).min().item<int>());
        Assert.Equal(128, rows.Values.max().to(ScalarType.Int32).item<int>());
        Assert.Equal(0, rows.Scales.abs().max().item<float>());
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_gated_product_is_that_of_GELU_in_operators(LaneWidthName lanes, int width)
    {
        var (product, scales) = (Numbers(200, 2 * width), rand(200) + 0.5);
        var rows = Int8Rows.Geglu(product, scales, Of(lanes));
        var parts = (product.to(ScalarType.Float32) * scales.unsqueeze(1)).chunk(2, 1);
        AssertClose(parts[0] * nn.functional.gelu(parts[1]), Back(rows), rows.Scales.max().item<float>() * 0.51);
        var numbers = product.to(ScalarType.Float32).chunk(2, 1);
        AssertClose(numbers[0] * nn.functional.gelu(numbers[1]), RowOperators.Geglu(product, Of(lanes)), 0.05);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scores_become_shares_as_in_operators(LaneWidthName lanes, int width)
    {
        var scores = Numbers(300, width) * 20;
        var expected = scores.to(ScalarType.Float64).softmax(-1);
        var shares = RowOperators.Softmax(scores.clone(), Of(lanes));
        AssertClose(expected, shares, 1 / 256.0);
        AssertClose(ones(300), shares.to(ScalarType.Float64).sum([-1L]), 0.02);
    }

    [Theory]
    [InlineData(LaneWidthName.Single)]
    [InlineData(LaneWidthName.Half)]
    [InlineData(LaneWidthName.Wide)]
    public unsafe void An_exponential_is_right_to_the_last_digits(LaneWidthName lanes)
    {
        var x = linspace(-86, 88, 4096);
        var result = empty(4096);
        RowKernels.Run(1, 4096, new ExponentialKernel { X = x.Pointer<float>(), Result = result.Pointer<float>() }, Of(lanes));
        var expected = x.to(ScalarType.Float64).exp();
        AssertClose(ones(4096), result.to(ScalarType.Float64) / expected, 4e-7);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Heads_are_split_and_merged_in_attention_s_order(LaneWidthName lanes, int width)
    {
        var (product, scales) = (Numbers(2 * 7, 3 * width), rand(14) + 0.5);
        var split = RowOperators.SplitHeads(product, scales, batch: 2, heads: 3, factor: 0.25, Of(lanes));
        var expected = (product.to(ScalarType.Float32) * scales.unsqueeze(1) * 0.25).view(2, 7, 3, width).transpose(1, 2);
        AssertClose(expected, split, 0.02);
        var merged = Int8Rows.MergeHeads(split, Of(lanes));
        AssertClose(split.to(ScalarType.Float32).transpose(1, 2).reshape(14, 3 * width), Back(merged), merged.Scales.max()
            .item<float>() * 0.51);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_product_is_scaled_in_place_and_takes_a_bias(LaneWidthName lanes, int width)
    {
        var (product, scales, bias) = (Numbers(200, width), rand(200) + 0.5, randn(width));
        var expected = product.to(ScalarType.Float32) * scales.unsqueeze(1) + bias;
        AssertClose(expected, RowOperators.Scale(product, scales, bias, Of(lanes)), 0.05);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Weights_become_signed_bytes_with_a_scale_for_each_output(LaneWidthName lanes, int width)
    {
        var numbers = randn(200, width);
        var (values, scales) = Int8Weight.Quantize(numbers, Of(lanes));
        Assert.Equal(ScalarType.Int8, values.dtype);
        AssertClose(numbers, values.to(ScalarType.Float32) * scales.unsqueeze(1), scales.max().item<float>() * 0.51);
    }

    [Fact]
    public void A_product_of_bytes_is_exact()
    {
        Assert.SkipUnless(Processor.HasVnni && StableInterface.HasInt8Products, "this processor has no AVX-512 VNNI");
        var rows = Int8Rows.Of(Numbers(19, 96));
        var (values, scales) = Int8Weight.Quantize(randn(48, 96));
        using var packed = StableInterface.PackInt8(values);
        Int8Constants constants = new(tensor(1f), tensor(128, ScalarType.Int32), tensor(0, ScalarType.Int32));
        var whole = (rows.Values.to(ScalarType.Float64) - 128).mm(values.to(ScalarType.Float64).t()) * scales;
        AssertClose(whole, StableInterface.MultiplyInt8(rows.Values, packed, scales, constants, ScalarType.Float32), 0.01);
        AssertClose(whole, StableInterface.MultiplyInt8(rows.Values, packed, scales, constants, ScalarType.BFloat16), whole.abs().max()
            .item<double>() / 256);
    }

    private static DisposeScope Prepare()
    {
        TorchRuntime.EnsureLoaded();
        manual_seed(7);
        return NewDisposeScope();
    }
}

/// <summary>A row of 4,096 exponentials.</summary>
internal unsafe struct ExponentialKernel : IRowKernel
{
    public float* X, Result;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var c = 0; c < 4096; c += TLanes.Count)
            Exponential.Of(TLanes.Load(X + c)).Store(Result + c);
    }
}

/// <summary>As <see cref="LaneWidth"/>, which tests can't show.</summary>
public enum LaneWidthName
{
    Single,
    Half,
    Wide,
}
