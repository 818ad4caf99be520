using Amused.Images;
using PictureBook.Drawings;
using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Rendering;

/// <summary>Draws scenes. The same scene gives the same picture; several threads may draw at once.</summary>
public sealed class SceneRenderer
{
    /// <summary>The side of a picture unless another is asked for, in pixels.</summary>
    public const int DefaultSize = 128;

    /// <summary>The smallest side, in pixels.</summary>
    public const int SmallestSize = 32;

    /// <summary>The largest side, in pixels.</summary>
    public const int LargestSize = 1024;

    /// <summary>
    /// Scenes of the same ground and view have the same hills, those of the same sky, view and lights the same stars: what a model need not learn by heart leaves it room for the things, and a backdrop that is nowhere the
    /// same from left to right tells it where it is, which a U-ViT has no other sign of than the picture's edges.
    /// </summary>
    private const long BackdropSeed = 1;

    /// <summary>Fast rather than small: drawing and encoding take about as long then.</summary>
    private static readonly SKPngEncoderOptions Png = new(SKPngEncoderFilterFlags.Sub, 2);

    private readonly DrawingSet drawings;
    private readonly int size;

    /// <summary>A renderer for pictures of one size.</summary>
    /// <param name="drawings">What things look like.</param>
    /// <param name="size">The pictures' side in pixels, 32 to 1,024. The default value is 128.</param>
    /// <exception cref="InvalidRequestException">The size is out of its range.</exception>
    public SceneRenderer(DrawingSet drawings, int size = DefaultSize)
    {
        ArgumentNullException.ThrowIfNull(drawings);
        if (size is < SmallestSize or > LargestSize)
            throw new InvalidRequestException($"scenes are drawn {SmallestSize} to {LargestSize} pixels wide, not {size}");
        (this.drawings, this.size) = (drawings, size);
    }

    /// <summary>Draws a scene.</summary>
    /// <returns>The picture, (size, size, 3).</returns>
    public RgbImage Render(Scene scene)
    {
        using var bitmap = Draw(scene);
        return new(size, size, PixelPacking.DropFourth(bitmap.GetPixelSpan()));
    }

    /// <summary>Draws a scene as the bytes of a PNG file.</summary>
    public byte[] RenderPng(Scene scene)
    {
        using var bitmap = Draw(scene);
        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(Png) ?? throw new InvalidOperationException($"PNG encoding of {size} × {size} pixels failed");
        return data.ToArray();
    }

    /// <summary>Which pixels show each thing: 255 where it is seen, 0 elsewhere, also where another thing or water hides it.</summary>
    /// <returns>A mask of (size, size) for each thing, in the scene's order.</returns>
    public IReadOnlyList<GreyImage> Masks(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var sprites = Sprite.Of(scene, SceneLayout.Of(scene), drawings, size);
        var masks = new GreyImage[sprites.Length];
        for (int i = 0; i < sprites.Length; i++)
            masks[sprites[i].Index] = Mask(scene, sprites[i].Sprite, sprites.AsSpan(i + 1));
        return masks;
    }

    /// <summary>Which pixels show any thing, white on black, as the bytes of a PNG file.</summary>
    public byte[] RenderMaskPng(Scene scene)
    {
        var all = new byte[size * size];
        foreach (var mask in Masks(scene))
        {
            for (int i = 0; i < all.Length; i++)
                all[i] |= mask.Pixels[i];
        }

        return new GreyImage(size, size, all).ToRgb().Encode(ImageFormat.Png);
    }

    private SKBitmap Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var layout = SceneLayout.Of(scene);
        SKBitmap bitmap = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque, null));
        using SKCanvas canvas = new(bitmap);
        canvas.Save();
        canvas.Scale(size);
        SkyPainter.Paint(canvas, scene, layout, Backdrop(layout, SceneRandom.Purpose.Sky), Backdrop(layout, SceneRandom.Purpose.Rain));
        GroundPainter.Paint(canvas, scene, layout, Backdrop(layout, SceneRandom.Purpose.Ground));
        canvas.Restore();

        using SKPaint plain = new(), pond = new() { IsAntialias = true, Color = Palette.Pond(scene.Sky) };
        foreach (var (sprite, _) in Sprite.Of(scene, layout, drawings, size))
        {
            if (HasPond(sprite, scene))
                GroundPainter.Pond(canvas, sprite, pond);
            if (sprite.Habitat != Habitat.Air)
                GroundPainter.Shadow(canvas, sprite, scene.Sky);
            sprite.Draw(canvas, plain);
        }

        return bitmap;
    }

    private static SceneRandom Backdrop(SceneLayout layout, SceneRandom.Purpose purpose) => new(BackdropSeed, layout.View, purpose);

    private static bool HasPond(Sprite sprite, Scene scene) => sprite.Habitat == Habitat.Water && scene.Ground != Ground.Sea;

    private GreyImage Mask(Scene scene, Sprite sprite, ReadOnlySpan<(Sprite Sprite, int Index)> before)
    {
        using SKBitmap bitmap = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear();
            using SKPaint over = new(), erase = new() { IsAntialias = true, BlendMode = SKBlendMode.DstOut };
            sprite.Draw(canvas, over);
            foreach (var (hiding, _) in before)
            {
                if (HasPond(hiding, scene))
                    GroundPainter.Pond(canvas, hiding, erase);
                hiding.Draw(canvas, erase);
            }
        }

        var pixels = bitmap.GetPixelSpan();
        var mask = new byte[size * size];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = pixels[4 * i + 3] >= 128 ? byte.MaxValue : (byte)0;
        return new(size, size, mask);
    }
}
