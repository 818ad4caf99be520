using Amused.Images;
using Amused.Networks.Vqgan;
using Amused.Sampling;
using static TorchSharp.torch;

namespace Amused.Networks;

/// <summary>The VQGAN on libtorch, one picture at a time.</summary>
internal sealed class TorchPictureCodec(VqModel model, ScalarType type, Device device) : IPictureCodec
{
    /// <inheritdoc/>
    public TokenGrid Encode(RgbImage picture)
    {
        using var scope = NewDisposeScope();
        return TokenTensors.ToGrids(model.EncodeTokens(picture.ToTensor().to(type, device))).Single();
    }

    /// <inheritdoc/>
    public float[] Decode(TokenGrid tokens)
    {
        using var scope = NewDisposeScope();
        return PixelTensors.ToUnitRange(model.DecodeTokens(TokenTensors.ToTensor([tokens]).to(device), type));
    }
}
