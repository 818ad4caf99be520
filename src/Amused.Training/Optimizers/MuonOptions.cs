using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The constants of <see cref="Muon"/>.</summary>
internal sealed record MuonOptions
{
    /// <summary>How slowly the mean of gradients moves, 0 to below 1. The default is 0.95.</summary>
    public double Momentum
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new InvalidRequestException($"momentum {value}: must be from 0 to below 1");
    } = 0.95;

    /// <summary>How many times the learning rate matrices move by: their updates have a length of 1 in every direction. Above 0. The default is 10.</summary>
    public double MatrixRate
    {
        get;
        init => field = value > 0 ? value : throw new InvalidRequestException($"rate of matrices {value}: must be above 0");
    } = 10;

    /// <summary>Decoupled weight decay of matrices, 0 or more. The default is 0.</summary>
    public double Decay
    {
        get;
        init => field = value >= 0 ? value : throw new InvalidRequestException($"decay of matrices {value}: must be 0 or more");
    }

    /// <summary>Which of the matrices decay. The default is <see cref="WeightDecay.OfMatrices"/>, which is all layers'.</summary>
    public WeightDecayRule DecayRule { get; init; } = WeightDecay.OfMatrices;

    /// <summary>What large matrices are made orthogonal in: float32, or bfloat16, which is as good and many times faster on processors that have it. The default is float32.</summary>
    public ScalarType ProductType { get; init; } = ScalarType.Float32;

    /// <summary>Which parameters are matrices; the others are AdamW's. The default is <see cref="OfConvolutions"/>.</summary>
    public Func<string, Tensor, bool> IsMatrix { get; init; } = OfConvolutions;

    /// <summary>AdamW for what is no matrix. The default has no decay.</summary>
    public AdamWOptions Others { get; init; } = new() { Beta2 = 0.99, Decay = 0 };

    /// <summary>The kernels of convolutions between features: not those from or to a picture's three channels.</summary>
    public static bool OfConvolutions(string name, Tensor parameter) => parameter.dim() == 4 && Math.Min(parameter.shape[0], parameter.shape[1]) > 3;

    /// <summary>The weights of linear layers and of convolutions between features; not those of embeddings, and not the last one of the U-ViT's head, whose rows are codes.</summary>
    public static bool OfLayers(string name, Tensor parameter) =>
        parameter.dim() is 2 or 4 && Math.Min(parameter.shape[0], parameter.shape[1]) > 3 && WeightDecay.OfMatrices(name, parameter) && !name.EndsWith("mlm_layer.conv2.weight", StringComparison.Ordinal);
}
