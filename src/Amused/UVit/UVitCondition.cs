using Amused.Layers;
using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>
/// What a prompt and the micro-conditions come to in each part of the network. The network has no time-step input, so this is computed once and used at every step.
/// </summary>
/// <remarks>Made by <see cref="UVit2DModel.Prepare"/>; its tensors belong to the dispose scope that was open then.</remarks>
public sealed class UVitCondition
{
    internal UVitCondition(
        ScalarType type, IReadOnlyList<StageBlockCondition> down, IReadOnlyList<TransformerLayerCondition> layers, IReadOnlyList<StageBlockCondition> up) =>
        (Type, Down, Layers, Up) = (type, down, layers, up);

    /// <summary>The arithmetic that the network runs in.</summary>
    internal ScalarType Type { get; }

    internal IReadOnlyList<StageBlockCondition> Down { get; }

    internal IReadOnlyList<TransformerLayerCondition> Layers { get; }

    internal IReadOnlyList<StageBlockCondition> Up { get; }
}

/// <summary>What a condition comes to in one block, as tensors: gradients flow through them and nothing else.</summary>
internal interface IBlockCondition<TSelf> where TSelf : IBlockCondition<TSelf>
{
    /// <summary>The tensors, always in the same order.</summary>
    Tensor[] Tensors { get; }

    /// <summary>The condition that has these tensors.</summary>
    static abstract TSelf Of(IReadOnlyList<Tensor> tensors);
}

/// <summary>What a condition comes to in a transformer layer: three adaptive norms, and the text to attend to.</summary>
internal sealed record TransformerLayerCondition(ScaleShift Norm1, ScaleShift Norm2, ScaleShift Norm3, AttentionContext Text)
    : IBlockCondition<TransformerLayerCondition>
{
    public Tensor[] Tensors => [Norm1.Scale, Norm1.Shift, Norm2.Scale, Norm2.Shift, Norm3.Scale, Norm3.Shift, Text.Keys, Text.Values];

    public static TransformerLayerCondition Of(IReadOnlyList<Tensor> tensors) =>
        new(new(tensors[0], tensors[1]), new(tensors[2], tensors[3]), new(tensors[4], tensors[5]), new(tensors[6], tensors[7]));
}

/// <summary>What a condition comes to in a pair of blocks of a convolutional stage: the ConvNeXt block's modulation, and the text of both attentions.</summary>
internal sealed record StageBlockCondition(ScaleShift Modulation, AttentionContext Text1, AttentionContext Text2) : IBlockCondition<StageBlockCondition>
{
    public Tensor[] Tensors => [Modulation.Scale, Modulation.Shift, Text1.Keys, Text1.Values, Text2.Keys, Text2.Values];

    public static StageBlockCondition Of(IReadOnlyList<Tensor> tensors) =>
        new(new(tensors[0], tensors[1]), new(tensors[2], tensors[3]), new(tensors[4], tensors[5]));
}
