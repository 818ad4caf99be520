using Amused.Images;
using static TorchSharp.torch;

namespace Amused.Networks;

/// <summary>Pictures as tensors and back.</summary>
internal static class PixelTensors
{
    /// <summary>A picture → (1, 3, H, W) float32 in [0, 1].</summary>
    public static Tensor ToTensor(this RgbImage image)
    {
        using var scope = NewDisposeScope();
        var bytes = tensor(image.Pixels.ToArray(), dtype: ScalarType.Byte).view(1, image.Height, image.Width, 3);
        return (bytes.permute(0, 3, 1, 2).to(ScalarType.Float32) / 255).MoveToOuterDisposeScope();
    }

    /// <summary>(1, 3, H, W) of any numbers → height × width × 3 numbers, clipped to [0, 1].</summary>
    public static float[] ToUnitRange(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return pixels.to(ScalarType.Float32).cpu().clamp(0, 1).permute(0, 2, 3, 1).contiguous().data<float>().ToArray();
    }

    /// <summary>Numbers in [0, 1] → a picture: round(255·x), half to even.</summary>
    public static RgbImage ToImage(ReadOnlySpan<float> unit, int width, int height)
    {
        var bytes = new byte[unit.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)MathF.Round(unit[i] * 255, MidpointRounding.ToEven);
        return new(width, height, bytes);
    }
}
