using Amused.Images;
using static TorchSharp.torch;

namespace PictureBook.Reader;

/// <summary>Pictures as one tensor.</summary>
internal static class PictureBatch
{
    /// <summary>Pictures of one size → (B, 3, H, W) float32 in [0, 1]; channels lie last in memory, as they do in pictures, with which convolutions are fastest.</summary>
    public static Tensor Of(IReadOnlyList<RgbImage> pictures)
    {
        using var scope = NewDisposeScope();
        var (width, height) = (pictures[0].Width, pictures[0].Height);
        var bytes = new byte[pictures.Count * 3 * width * height];
        for (var i = 0; i < pictures.Count; i++)
            pictures[i].Pixels.CopyTo(bytes.AsSpan(i * 3 * width * height));
        return (tensor(bytes, [pictures.Count, height, width, 3], ScalarType.Byte).to(ScalarType.Float32) / 255).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
