using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>Runs a block of the network, as training may want it: for instance so that its activations are not kept.</summary>
/// <param name="block">The block, as a function of the inputs alone (and of its parameters).</param>
/// <param name="inputs">Its activations, (B, …, C), and then what the condition comes to in it.</param>
/// <returns>What the block gives.</returns>
internal delegate Tensor BlockRunner(Func<IReadOnlyList<Tensor>, Tensor> block, params Tensor[] inputs);

internal static class BlockRunning
{
    /// <summary>Runs a block by a runner, or directly where there is none.</summary>
    public static Tensor Run<TCondition>(this BlockRunner? runner, Func<Tensor, TCondition, Tensor> block, Tensor x, TCondition condition)
        where TCondition : IBlockCondition<TCondition> =>
        runner is null
            ? block(x, condition)
            : runner(inputs => block(inputs[0], TCondition.Of([.. inputs.Skip(1)])), [x, .. condition.Tensors]);
}
