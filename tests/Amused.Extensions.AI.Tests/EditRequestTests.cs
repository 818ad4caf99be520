using System.Drawing;
using Amused.Extensions.AI.Tests.Support;
using Amused.Images;
using Amused.Tests;
using Microsoft.Extensions.AI;
using Xunit;

namespace Amused.Extensions.AI.Tests;

public sealed class EditRequestTests(TinyGenerator tiny) : IClassFixture<TinyGenerator>
{
    private static readonly RgbImage picture = TinyPipeline.Picture(32, 32);
    private static readonly RgbImage mask = TinyPipeline.Mask(32, 32, 16);
    private static readonly ImageToImageRequest redrawn = new() { Prompts = ["a fox"], Images = [picture], Seed = 1, Steps = 4 };
    private static readonly InpaintRequest inpainted =
        new() { Prompts = ["a fox"], Images = [picture], Masks = [mask], Seed = 1, Steps = 4 };

    public static TheoryData<string> MaskNames => ["mask", "Mask.png", "garden-mask.png", "garden_mask", "layers/mask.webp"];

    public static TheoryData<object> MaskValues =>
    [
        TinyGenerator.Content(mask), new[] { TinyGenerator.Content(mask) }, mask.Encode(ImageFormat.Png),
        new ReadOnlyMemory<byte>(mask.Encode(ImageFormat.Png)),
        mask, TinyGenerator.Content(mask).Uri, new UriContent(TinyGenerator.Content(mask).Uri, "image/png"),
    ];

    [Fact]
    public async Task An_original_image_is_redrawn() =>
        tiny.AssertIsOf(redrawn, await tiny.Generator.EditImageAsync(TinyGenerator.Content(picture), "a fox", Options()));

    [Fact]
    public async Task Strength_arrives() =>
        tiny.AssertIsOf(redrawn with { Strength = 0.9 },
            await tiny.Generator.EditImageAsync(TinyGenerator.Content(picture), "a fox", Options(("strength", 0.9f))));

    [Fact]
    public async Task Each_original_image_is_redrawn_by_itself_and_gives_as_many_as_are_asked_for()
    {
        var other = TinyPipeline.Picture(32, 32, seed: 3);
        var options = Options();
        options.Count = 2;
        tiny.AssertIsOf(
            redrawn with { Images = [picture, other], ImagesPerPrompt = 2 },
            await tiny.Generator.EditImagesAsync([TinyGenerator.Content(picture), TinyGenerator.Content(other)], "a fox", options));
    }

    [Fact]
    public async Task An_original_image_is_resized_to_the_size_that_is_asked_for()
    {
        var options = Options();
        options.ImageSize = new Size(17, 24);
        var response = await tiny.Generator.EditImageAsync(TinyGenerator.Content(picture), "a fox", options);
        tiny.AssertIsOf(redrawn with { Width = 16, Height = 24 }, response);
        Assert.Contains(TinyGenerator.Notices(response), notice =>
            notice.StartsWith("image size 17 × 24 can't be made: 16 × 24", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(MaskNames))]
    public async Task An_original_image_with_the_name_of_a_mask_is_the_mask(string name) =>
        tiny.AssertIsOf(inpainted,
            await tiny.Generator.EditImagesAsync([TinyGenerator.Content(picture), TinyGenerator.Content(mask, name)], "a fox", Options()));

    [Theory]
    [InlineData("damask.png")]
    [InlineData("a fox with a mask.png")]
    [InlineData("mask-maker.png")]
    public async Task Any_other_name_is_that_of_a_picture(string name) => tiny.AssertIsOf(
        redrawn, await tiny.Generator.EditImageAsync(TinyGenerator.Content(picture, name), "a fox", Options()));

    [Theory]
    [MemberData(nameof(MaskValues), DisableDiscoveryEnumeration = true)]
    public async Task A_mask_may_be_an_additional_property(object value) =>
        tiny.AssertIsOf(inpainted,
            await tiny.Generator.EditImageAsync(TinyGenerator.Content(picture), "a fox", Options(("mask", value), ("strength", 1))));

    [Fact]
    public async Task Where_a_mask_is_transparent_the_picture_is_made_anew()
    {
        // The picture itself with a hole in it, as image editors save it.
        using var bitmap =
            new SkiaSharp.SKBitmap(new SkiaSharp.SKImageInfo(32, 32, SkiaSharp.SKColorType.Rgba8888, SkiaSharp.SKAlphaType.Unpremul));
        for (var y = 0; y < 32; y++)
            for (var x = 0; x < 32; x++)
                bitmap.SetPixel(x, y, new(200, 100, 50, x >= 16 ? (byte)0 : (byte)255));
        using var png = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        tiny.AssertIsOf(inpainted,
            await tiny.Generator.EditImageAsync(TinyGenerator.Content(picture), "a fox", Options(("mask", png.ToArray()))));
    }

    [Fact]
    public async Task A_mask_that_is_given_twice_is_refused()
    {
        var wrong = await Assert.ThrowsAsync<InvalidRequestException>(() => tiny.Generator.EditImagesAsync(
            [TinyGenerator.Content(picture), TinyGenerator.Content(mask, "mask")], "a fox", Options(("mask", mask))));
        Assert.Contains("the mask is given twice", wrong.Message);
    }

    [Fact]
    public async Task The_librarys_own_request_may_bring_pictures_or_only_settings()
    {
        var options = Options();
        options.RawRepresentationFactory = _ => inpainted with { Composite = false, Images = [] };
        tiny.AssertIsOf(inpainted with { Composite = false },
            await tiny.Generator.EditImageAsync(TinyGenerator.Content(picture), "a fox", options));
        options.RawRepresentationFactory = _ => redrawn with { AestheticScore = 3 };
        tiny.AssertIsOf(redrawn with { AestheticScore = 3 }, await tiny.Generator.GenerateImagesAsync("a fox", options));
    }

    private static ImageGenerationOptions Options(params IReadOnlyList<(string, object?)> properties) =>
        TinyGenerator.Options([("steps", 4), .. properties]);
}
