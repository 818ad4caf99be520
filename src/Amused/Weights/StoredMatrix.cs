using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>A matrix on its way into an int8 layer, as its source has it.</summary>
/// <param name="Values">[out, in]: signed bytes, or float32 where it is still to be quantised.</param>
/// <param name="Scales">What each row of bytes is to be multiplied by, [out] float32; null with float32 values.</param>
public sealed record StoredMatrix(Tensor Values, Tensor? Scales) : IDisposable
{
    /// <summary>What a checkpoint's key for the scales adds to the key of the matrix.</summary>
    public const string ScaleSuffix = "_scale";

    /// <summary>Frees both.</summary>
    public void Dispose()
    {
        Values.Dispose();
        Scales?.Dispose();
    }
}
