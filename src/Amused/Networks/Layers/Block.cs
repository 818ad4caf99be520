using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>A block of a network under a condition.</summary>
internal interface IBlock
{
    /// <summary>The block's place in the network, as its checkpoint keys begin: <c>transformer_layers.3</c>.</summary>
    string Name { get; }

    /// <summary>How many tensors of a condition are its own.</summary>
    int ConditionSize { get; }

    /// <summary>(B, …, C) → the same shape.</summary>
    /// <param name="x">Activations.</param>
    /// <param name="condition">What the condition comes to in this block: <see cref="ConditionSize"/> tensors, batch first.</param>
    Tensor Forward(Tensor x, ReadOnlySpan<Tensor> condition);
}

/// <summary>
/// Runs a part of a network in place of the network itself: to look at what it gives, or so that training does not keep what stands inside
/// it.
/// </summary>
/// <param name="name">The part's place, as its checkpoint keys begin.</param>
/// <param name="part">The part, as a function of its inputs alone (and of its parameters).</param>
/// <param name="inputs">Its activations, and then what the condition comes to in it.</param>
/// <returns>What the part gives.</returns>
internal delegate Tensor BlockHook(string name, Func<Tensor[], Tensor> part, Tensor[] inputs);

/// <summary>Blocks that a signal goes through one after the other.</summary>
/// <param name="Blocks">The blocks.</param>
internal sealed record BlockStack(IReadOnlyList<IBlock> Blocks)
{
    /// <summary>What runs all blocks at once where it can; null: nothing does.</summary>
    public IFastStack? Fast { get; set; }

    /// <summary>(B, …, C) → the same shape.</summary>
    /// <param name="x">Activations.</param>
    /// <param name="condition">
    /// The tensors of the whole network's condition that are left; those of this stack are taken from its front.
    /// </param>
    /// <param name="hook">Runs each block; null: directly.</param>
    public Tensor Forward(Tensor x, ref ReadOnlySpan<Tensor> condition, BlockHook? hook)
    {
        if (hook is null && Fast is not null && Fast.Fits(x))
            return Fast.Forward(x, ref condition);
        using var scope = NewDisposeScope();
        foreach (var block in Blocks)
        {
            var own = OfBlock(block, ref condition);
            x = hook is null ? block.Forward(x, own) : hook(block.Name, inputs => block.Forward(inputs[0], inputs.AsSpan(1)), [x, .. own]);
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Takes a block's own tensors from the front of a condition.</summary>
    public static ReadOnlySpan<Tensor> OfBlock(IBlock block, ref ReadOnlySpan<Tensor> condition)
    {
        var own = condition[..block.ConditionSize];
        condition = condition[block.ConditionSize..];
        return own;
    }
}

/// <summary>Stands in for the blocks of a stack: gives what they give, in other steps.</summary>
internal interface IFastStack
{
    /// <summary>Whether it can work on these activations here.</summary>
    bool Fits(Tensor x);

    /// <summary>As <see cref="BlockStack.Forward"/>.</summary>
    Tensor Forward(Tensor x, ref ReadOnlySpan<Tensor> condition);
}
