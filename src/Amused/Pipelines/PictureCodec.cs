using Amused.Imaging;
using Amused.Vqgan;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>Pictures to tokens and back, one picture at a time.</summary>
internal sealed class PictureCodec(VqModel model, ScalarType type, Device device)
{
    /// <summary>A picture whose sides are multiples of the factor → ids (1, h, w) on the CPU.</summary>
    public Tensor Encode(RgbImage image)
    {
        using var scope = NewDisposeScope();
        return model.EncodeTokens(image.ToTensor().to(type, device)).cpu().MoveToOuterDisposeScope();
    }

    /// <summary>Ids (1, h, w) → numbers in [0, 1], height × width × 3.</summary>
    public float[] Decode(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return PixelTensors.ToUnitRange(model.DecodeTokens(ids.to(device), type));
    }
}
