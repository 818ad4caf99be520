using Amused.Networks.Fast;
using Amused.Networks.Layers;
using Amused.Tests.Networks.Kernels;
using Xunit;
using static Amused.Tests.Networks.Kernels.RowFigures;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Fast;

/// <summary>Draws its numbers while nobody else does, so that they are the same in each run.</summary>
[CollectionDefinition(nameof(FusedResidualTests), DisableParallelization = true)]
[Collection(nameof(FusedResidualTests))]
public sealed class FusedResidualTests
{
    [Theory]
    [MemberData(nameof(RowKernelTests.Widths), MemberType = typeof(RowKernelTests))]
    public void The_residual_stream_is_summed_normed_and_modulated_as_by_operators(LaneWidthName lanes, int width)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(7);
        foreach (var isCentred in new[] { false, true })
        {
            var (x, product, scales) = (Numbers(2 * 150, width).view(2, 150, width), Numbers(300, width), rand(300) + 0.5);
            var (weight, scale, shift) = (Numbers(1, width).flatten(), Numbers(2, width).unsqueeze(1), Numbers(2, width).unsqueeze(1));
            var sum = x.to(ScalarType.Float32) + (product.to(ScalarType.Float32) * scales.unsqueeze(1)).view(2, 150, width);
            var residual = new FusedResidual(x, Of(lanes));
            residual.Add(product.clone(), scales.clone());
            var rows = residual.ToBytes(new WeightedNorm(weight, isCentred), scale, shift);
            AssertClose(sum, residual.ToTensor(), 0.03);
            var centred = isCentred ? sum - sum.mean([-1L], keepdim: true) : sum;
            var normed = centred * (centred.square().mean([-1L], keepdim: true) + 1e-6).rsqrt() * weight * scale + shift;
            AssertClose(normed.view(300, width), Back(rows), 0.12);
            AssertClose(normed, residual.ToNumbers(new WeightedNorm(weight, isCentred), scale, shift), 0.06);
        }
    }

    private sealed record WeightedNorm(Tensor Weight, bool IsCentred) : INorm
    {
        public double Eps => 1e-6;

        public Tensor Forward(Tensor x) => throw new NotSupportedException();
    }
}
