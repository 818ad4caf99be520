using System.Drawing;
using System.Text.Json;
using Amused.Extensions.AI.Tests.Support;
using Amused.Sampling;
using Amused.Tests;
using Microsoft.Extensions.AI;
using Xunit;

namespace Amused.Extensions.AI.Tests;

public sealed class TextRequestTests(TinyGenerator tiny) : IClassFixture<TinyGenerator>
{
    private static readonly TextToImageRequest fox = new("a fox") { Seed = 1, Steps = 2 };

    [Fact]
    public async Task Words_give_the_pipelines_picture()
    {
        var response = await tiny.Generator.GenerateImagesAsync("a fox", TinyGenerator.Options());
        tiny.AssertIsOf(fox, response);
        var content = Assert.IsType<DataContent>(Assert.Single(response.Contents));
        Assert.Equal(("image/png", "amused-1.png"), (content.MediaType, content.Name));
        Assert.IsType<GeneratedImage>(content.RawRepresentation);
        Assert.Equal(64, response.Usage!.OutputTokenCount);
        Assert.Empty(TinyGenerator.Notices(response));
    }

    [Fact]
    public async Task Without_options_a_request_gets_the_models_own_settings_and_a_seed_that_makes_it_again()
    {
        var response = await tiny.Generator.GenerateImagesAsync("a fox");
        var seed = Assert.IsType<long>(response.Contents[0].AdditionalProperties!["seed"]);
        tiny.AssertIsOf(new TextToImageRequest("a fox") { Seed = seed }, response);
    }

    [Fact]
    public async Task A_seed_goes_before_the_seeds_of_a_raw_request_and_an_empty_prompt_is_one()
    {
        var options = TinyGenerator.Options(("seed", 7));
        options.RawRepresentationFactory = _ => new TextToImageRequest { Seeds = [1] };
        tiny.AssertIsOf(fox with { Prompts = [""], Seed = 7 }, await tiny.Generator.GenerateImagesAsync("", options));
    }

    [Fact]
    public async Task Every_setting_arrives()
    {
        var options = TinyGenerator.Options(("negative_prompt", "a dog"), ("guidance_scale", 3.5), ("temperature", new[] { 3.0, 1.0 }));
        options.Count = 3;
        options.ImageSize = new Size(16, 24);
        options.ModelId = TinyGenerator.ModelId;
        tiny.AssertIsOf(
            fox with { NegativePrompts = ["a dog"], GuidanceScale = 3.5f, Temperature = new(3, 1), ImagesPerPrompt = 3, Width = 16, Height = 24 },
            await tiny.Generator.GenerateImagesAsync("a fox", options));
    }

    public static TheoryData<string> Names => [.. RequestSettings.All.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_is_a_setting_of_a_request_is_a_property(string name)
    {
        var setting = RequestSettings.Find(name)!;
        var (picture, mask) = (TinyPipeline.Picture(32, 32), TinyPipeline.Mask(32, 32, 16));
        GenerationRequest[] kinds =
        [
            fox, new ImageToImageRequest { Images = [picture], Prompts = fox.Prompts, Seed = 1, Steps = 2 },
            new InpaintRequest { Images = [picture], Masks = [mask], Prompts = fox.Prompts, Seed = 1, Steps = 2 },
        ];
        object value = setting.JsonType == "boolean" ? false : name is "width" or "height" ? 16 : name is "size" ? "16x24" : setting.Example;
        foreach (var kind in kinds)
        {
            var options = TinyGenerator.Options((setting.Name, value));
            options.RawRepresentationFactory = _ => kind;
            var response = await tiny.Generator.GenerateImagesAsync(fox.Prompts[0], options);
            tiny.AssertIsOf(setting.BelongsTo(kind) ? setting.Put(kind, value) : kind, response);
            if (!setting.BelongsTo(kind))
                Assert.Contains($"{name} has no effect on this kind of picture", TinyGenerator.Notices(response));
        }
    }

    [Fact]
    public async Task Settings_may_be_written_otherwise_and_come_as_text_or_JSON()
    {
        var json = JsonDocument.Parse("""{"seed": 1, "steps": 3.0, "temperature": [3, 1], "negative": "a dog", "nothing": null}""").RootElement;
        var options = new ImageGenerationOptions
        {
            AdditionalProperties = new()
            {
                ["Seed"] = json.GetProperty("seed"), ["numInferenceSteps"] = json.GetProperty("steps"), ["guidanceScale"] = "3.5",
                ["Temperature"] = json.GetProperty("temperature"), ["negative-prompt"] = json.GetProperty("negative"), ["strength"] = json.GetProperty("nothing"),
            },
        };
        var response = await tiny.Generator.GenerateImagesAsync("a fox", options);
        tiny.AssertIsOf(fox with { Steps = 3, NegativePrompts = ["a dog"], GuidanceScale = 3.5f, Temperature = new(3, 1) }, response);
        Assert.Empty(TinyGenerator.Notices(response));
    }

    [Fact]
    public async Task One_number_is_the_temperature_of_the_first_step() => tiny.AssertIsOf(
        fox with { Temperature = TemperatureRange.FromSingle(4) }, await tiny.Generator.GenerateImagesAsync("a fox", TinyGenerator.Options(("temperature", 4))));

    [Theory]
    [InlineData(33, 2, 32, 4)]
    [InlineData(34, 35, 32, 36)]
    public async Task A_size_that_cant_be_made_gives_the_nearest_with_a_notice(int width, int height, int expectedWidth, int expectedHeight)
    {
        var options = TinyGenerator.Options();
        options.ImageSize = new Size(width, height);
        var response = await tiny.Generator.GenerateImagesAsync("a fox", options);
        var picture = TinyGenerator.Picture(response.Contents[0]);
        Assert.Equal((expectedWidth, expectedHeight), (picture.Width, picture.Height));
        Assert.Contains($"{width} × {height} can't be made: {expectedWidth} × {expectedHeight}", Assert.Single(TinyGenerator.Notices(response)));
    }

    [Theory]
    [InlineData("image/png", "image/png", "PNG", 1)]
    [InlineData("image/JPEG", "image/jpeg", "JFIF", 6)]
    [InlineData("image/webp", "image/webp", "WEBP", 8)]
    public async Task Pictures_come_in_the_media_type_that_is_asked_for(string asked, string mediaType, string signature, int at)
    {
        var options = TinyGenerator.Options(("quality", 80));
        options.MediaType = asked;
        var content = Assert.IsType<DataContent>((await tiny.Generator.GenerateImagesAsync("a fox", options)).Contents[0]);
        Assert.Equal(mediaType, content.MediaType);
        Assert.Equal(signature, System.Text.Encoding.ASCII.GetString(content.Data.Span.Slice(at, signature.Length)));
    }

    [Fact]
    public async Task As_a_URI_a_picture_is_its_own_address()
    {
        var options = TinyGenerator.Options();
        options.ResponseFormat = ImageGenerationResponseFormat.Uri;
        // Larger than what addresses used to be limited to.
        options.ImageSize = new Size(256, 256);
        var content = Assert.IsType<UriContent>((await tiny.Generator.GenerateImagesAsync("a fox", options)).Contents[0]);
        var data = new DataContent(content.Uri);
        Assert.True(data.Data.Length > 65_535);
        Assert.Equal(256, TinyGenerator.Picture(data).Width);
    }

    [Fact]
    public async Task The_librarys_own_request_gives_all_other_settings_and_the_options_go_before_it()
    {
        var options = TinyGenerator.Options();
        options.RawRepresentationFactory = _ => new TextToImageRequest("a dog") { AestheticScore = 9, Seed = 5, GuidanceScale = 2, Width = 16, ImagesPerPrompt = 2 };
        tiny.AssertIsOf(
            fox with { AestheticScore = 9, GuidanceScale = 2, Width = 16, ImagesPerPrompt = 2 }, await tiny.Generator.GenerateImagesAsync("a fox", options));
        tiny.AssertIsOf(
            new TextToImageRequest("a dog") { AestheticScore = 9, Seed = 1, Steps = 2, GuidanceScale = 2, Width = 16, ImagesPerPrompt = 2 },
            await tiny.Generator.GenerateAsync(new(), options));
    }

    [Fact]
    public async Task What_has_no_effect_is_said_in_a_notice()
    {
        var options = TinyGenerator.Options(("negativ_prompt", "a dog"), ("strength", 0.5));
        options.StreamingCount = 2;
        Assert.Collection(
            TinyGenerator.Notices(await tiny.Generator.GenerateImagesAsync("a fox", options)),
            notice => Assert.Contains("negativ_prompt", notice), notice => Assert.Contains("strength", notice), notice => Assert.Contains("streaming count 2", notice));
    }
}
