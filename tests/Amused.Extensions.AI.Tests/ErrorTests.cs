using System.Drawing;
using Amused.Extensions.AI.Tests.Support;
using Amused.Tests;
using Microsoft.Extensions.AI;
using Xunit;

namespace Amused.Extensions.AI.Tests;

/// <summary>What can't be done is told in one line that names it.</summary>
public sealed class ErrorTests(TinyGenerator tiny) : IClassFixture<TinyGenerator>
{
    public static TheoryData<string, object, string> Values => new()
    {
        { "seed", 1.5, "seed: 1.5 is not a whole number" },
        { "seed", "abc\ndef", "seed: 'abc\\u000adef' is not a whole number" },
        { "seed", true, "seed: true is not a whole number" },
        { "steps", 2000, "steps: 2000 is not a whole number from 1 to 1000" },
        { "guidance_scale", "much", "guidance_scale: 'much' is not a number from -1000000 to 1000000" },
        { "guidance_scale", double.NaN, "guidance_scale: NaN is not a number" },
        { "temperature", new[] { 1, 2, 3 }, "temperature: [1, 2, 3] is not a number from 0 to 1000000, or two" },
        { "negative_prompt", 7, "negative_prompt: 7 is not text" },
        { "quality", 101, "quality: 101 is not a whole number from 1 to 100" },
        { "progress", "yes", "progress: 'yes' is not an IProgress<ImageProgress>" },
        { "mask", 7, "mask: 7 is not a picture" },
        { "mask", "https://example.org/mask.png", "mask is an address, and addresses are not fetched" },
        { "mask", "data:image/png;base64,%%%", "mask is a data URI that can't be read" },
        { "mask", new byte[] { 1, 2, 3 }, "mask is not an image that can be read" },
        { "mask", TinyPipeline.Mask(32, 32, 16), "a picture is needed" },
    };

    public static TheoryData<string, Action<ImageGenerationOptions>> Options => new()
    {
        { "images per prompt: 0 is not a whole number", options => options.Count = 0 },
        { "image size 0 × 0: both sides must be at least 1", options => options.ImageSize = new Size() },
        { "a picture of 40000 × 40000 has 100000000 tokens; at most 65536 are possible", options => options.ImageSize = new Size(40000, 40000) },
        { "media type: 'image/gif' is not one of image/png, image/jpeg, image/webp", options => options.MediaType = "image/gif" },
        { "response format Hosted: nothing is hosted here", options => options.ResponseFormat = ImageGenerationResponseFormat.Hosted },
        { "model id: 'other' is not tiny, the model of this generator", options => options.ModelId = "other" },
        { "streaming count -1", options => options.StreamingCount = -1 },
        { "steps is given twice, the second time as num_inference_steps", options => options.AdditionalProperties!["num_inference_steps"] = 2 },
        { "an image generator gives pictures", options => options.RawRepresentationFactory = _ => new TextToImageRequest { Output = OutputKind.Tokens } },
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public async Task A_value_that_cant_be_used_is_named(string name, object value, string message) =>
        AssertSays(message, await Assert.ThrowsAnyAsync<AmusedException>(() => tiny.Generator.GenerateImagesAsync("a fox", TinyGenerator.Options((name, value)))));

    [Theory]
    [MemberData(nameof(Options), DisableDiscoveryEnumeration = true)]
    public async Task An_option_that_cant_be_used_is_named(string message, Action<ImageGenerationOptions> change)
    {
        var options = TinyGenerator.Options();
        change(options);
        AssertSays(message, await Assert.ThrowsAsync<InvalidRequestException>(() => tiny.Generator.GenerateImagesAsync("a fox", options)));
    }

    [Fact]
    public async Task A_prompt_is_needed() =>
        AssertSays("a prompt is needed", await Assert.ThrowsAsync<InvalidRequestException>(() => tiny.Generator.GenerateAsync(new(), TinyGenerator.Options())));

    [Fact]
    public async Task No_address_is_fetched_for_an_original_image()
    {
        foreach (var uri in (string[])["https://example.org/fox.png", "file:///etc/passwd"])
            AssertSays("original image 1 is an address", await Refusal(new UriContent(uri, "image/png")));
    }

    [Fact]
    public async Task An_original_image_that_is_none_is_named()
    {
        AssertSays("original image 1 is TextContent", await Refusal(new TextContent("a fox")));
        AssertSays("fox.png is not an image", await Refusal(new DataContent(new byte[] { 1, 2, 3 }, "image/png") { Name = "fox.png" }));
        AssertSays("original image 1 is a data URI that can't be read", await Refusal(new UriContent("data:image/png;base64,%%%", "image/png")));
    }

    [Fact]
    public async Task A_raw_request_of_another_kind_than_its_pictures_is_refused()
    {
        var options = TinyGenerator.Options();
        options.RawRepresentationFactory = _ => new TextToImageRequest();
        var wrong = await Assert.ThrowsAsync<InvalidRequestException>(
            () => tiny.Generator.EditImageAsync(TinyGenerator.Content(TinyPipeline.Picture(32, 32)), "a fox", options));
        AssertSays("TextToImageRequest, but with an original image ImageToImageRequest is needed", wrong);
    }

    private Task<AmusedException> Refusal(AIContent original) =>
        Assert.ThrowsAnyAsync<AmusedException>(() => tiny.Generator.EditImagesAsync([original], "a fox", TinyGenerator.Options()));

    private static void AssertSays(string message, AmusedException wrong)
    {
        Assert.Contains(message, wrong.Message);
        Assert.DoesNotContain('\n', wrong.Message);
    }
}
