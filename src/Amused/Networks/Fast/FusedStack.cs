using Amused.Networks.Kernels;
using Amused.Networks.Layers;
using Amused.Networks.UVit;
using static TorchSharp.torch;

namespace Amused.Networks.Fast;

/// <summary>
/// A stack's blocks on one residual stream in bfloat16, with fused kernels between the products. The stream goes through the whole stack,
/// so that what a block adds is summed up by the norm of the next one. Blocks that have no fused form run as they are.
/// </summary>
internal sealed class FusedStack(BlockStack stack) : IFastStack
{
    /// <summary>Puts these stacks in the place of a network's plain ones, wherever activations fit.</summary>
    public static void Use(IEnumerable<BlockStack> stacks)
    {
        foreach (var stack in stacks)
            stack.Fast = new FusedStack(stack);
    }

    public bool Fits(Tensor x) => RowKernels.Fit(x);

    public Tensor Forward(Tensor x, ref ReadOnlySpan<Tensor> condition)
    {
        using var scope = NewDisposeScope();
        FusedResidual? residual = null;
        foreach (var block in stack.Blocks)
        {
            var own = BlockStack.OfBlock(block, ref condition);
            switch (block)
            {
                case TransformerLayer layer:
                    AddTo(residual ??= new(x), layer, own);
                    break;
                case TextAttentionBlock attention:
                    AddTo(residual ??= new(x), attention, own);
                    break;
                default:
                    x = block.Forward(residual?.ToTensor() ?? x, own);
                    residual = null;
                    break;
            }
        }
        return (residual?.ToTensor() ?? x).MoveToOuterDisposeScope();
    }

    private static void AddTo(FusedResidual residual, TransformerLayer layer, ReadOnlySpan<Tensor> condition)
    {
        layer.SelfAttention.AddTo(residual, layer.Norm1.Norm, condition[0], condition[1]);
        layer.CrossAttention.AddTo(residual, layer.Norm2.Norm, condition[2], condition[3], condition[6], condition[7]);
        layer.FeedForward.AddTo(residual, layer.Norm3.Norm, condition[4], condition[5]);
    }

    private static void AddTo(FusedResidual residual, TextAttentionBlock block, ReadOnlySpan<Tensor> condition)
    {
        block.Attention1.AddTo(residual, block.Norm1, scale: null, shift: null, condition[0], condition[1]);
        block.Attention2.AddTo(residual, block.Norm2, scale: null, shift: null, condition[2], condition[3]);
    }
}
