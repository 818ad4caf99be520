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

/// <summary>What a condition comes to in a transformer layer: three adaptive norms, and the text to attend to.</summary>
internal sealed record TransformerLayerCondition(ScaleShift Norm1, ScaleShift Norm2, ScaleShift Norm3, AttentionContext Text);

/// <summary>What a condition comes to in a pair of blocks of a convolutional stage: the ConvNeXt block's modulation, and the text of both attentions.</summary>
internal sealed record StageBlockCondition(ScaleShift Modulation, AttentionContext Text1, AttentionContext Text2);
