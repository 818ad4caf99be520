using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Amused.Images;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.OpenAi;

public sealed class ImagesTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private RunningServer server = null!;

    public async ValueTask InitializeAsync() =>
        server = await RunningServer.StartAsync(RunningServer.Options with { DataFolder = folder.Path });

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_generation_gives_the_pictures_of_the_library()
    {
        var (status, body) = await server.Post("v1/images/generations", new
        {
            prompt = "a dog", n = 2, seed = 7, num_inference_steps = 4, guidance_scale = 3, negative_prompt = "blue", size = "32x32",
            user = "somebody",
        });
        Assert.Equal(200, status);
        var alone = RunningServer.Alone(RunningServer.Tiny256,
            new TextToImageRequest("a dog") { ImagesPerPrompt = 2, Seed = 7, Steps = 4, GuidanceScale = 3, NegativePrompts = ["blue"] });
        Assert.Equal(alone.Select(image => image.Picture.Pixels.ToArray()), Images(body).Select(image => image.Pixels.ToArray()));
        Assert.Equal([7, 8], body["data"]!.AsArray().Select(image => (int)image!["seed"]!));
        Assert.Equal("32x32", (string)body["size"]!);
        Assert.Equal("png", (string)body["output_format"]!);
        Assert.Equal(128, (int)body["usage"]!["output_tokens"]!);
        Assert.True((int)body["usage"]!["input_tokens"]! > 2);
    }

    [Fact]
    public async Task The_model_is_chosen_by_its_name()
    {
        var (_, body) =
            await server.Post("v1/images/generations", new { prompt = "a dog", model = "tiny512", seed = 1, num_inference_steps = 2 });
        Assert.Equal("64x64", (string)body["size"]!);
        Assert.Equal(["tiny256", "tiny512"], (await server.Get("v1/models"))["data"]!.AsArray().Select(model => (string)model!["id"]!));
        Assert.Equal("tiny512", (string)(await server.Get("v1/models/tiny512"))["id"]!);
        var (status, error) = await server.Post("v1/images/generations", new { prompt = "a dog", model = "dall-e-9" });
        Assert.Equal((404, "model_not_found", "model"), (status, (string)error["error"]!["code"]!, (string)error["error"]!["param"]!));
    }

    [Theory]
    [InlineData("""{"n": 1}""", "prompt", "missing_required_parameter")]
    [InlineData("""{"prompt": "a", "n": 0}""", "n", "invalid_value")]
    [InlineData("""{"prompt": "a", "n": 11}""", "n", "invalid_value")]
    [InlineData("""{"prompt": "a", "n": "many"}""", "n", "invalid_type")]
    [InlineData("""{"prompt": 3}""", "prompt", "invalid_type")]
    [InlineData("""{"prompt": "a", "size": "48x48"}""", "size", "invalid_value")]
    [InlineData("""{"prompt": "a", "size": "large"}""", "size", "invalid_value")]
    [InlineData("""{"prompt": "a", "quality": "hd"}""", "quality", "invalid_value")]
    [InlineData("""{"prompt": "a", "background": "transparent"}""", "background", "invalid_value")]
    [InlineData("""{"prompt": "a", "style": "vivid"}""", "style", "invalid_value")]
    [InlineData("""{"prompt": "a", "output_format": "gif"}""", "output_format", "invalid_value")]
    [InlineData("""{"prompt": "a", "output_compression": 50}""", "output_compression", "invalid_value")]
    [InlineData("""{"prompt": "a", "partial_images": 2}""", "partial_images", "invalid_value")]
    [InlineData("""{"prompt": "a", "stream": true, "partial_images": 4}""", "partial_images", "invalid_value")]
    [InlineData("""{"prompt": "a", "num_inference_steps": 0}""", "num_inference_steps", "invalid_value")]
    [InlineData("""{"prompt": "a", "strength": 0.5}""", "strength", "invalid_value")]
    [InlineData("""{"prompt": "a", "loras": [{"name": "../../etc"}]}""", "loras", "invalid_value")]
    [InlineData("""{"prompt": "a", "colour": "red"}""", "colour", "unknown_parameter")]
    [InlineData("""{"prompt": "\ud800"}""", "prompt", "invalid_type")]
    [InlineData("""{"prompt": """, null, "invalid_json")]
    [InlineData("[]", null, "invalid_json")]
    public async Task What_cannot_be_served_is_an_error_that_names_the_field(string body, string? parameter, string code)
    {
        using var answer =
            await server.Client.PostAsync("v1/images/generations", new StringContent(body, Encoding.UTF8, "application/json"));
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal((400, "invalid_request_error", parameter, code),
            ((int)answer.StatusCode, (string)error["type"]!, (string?)error["param"], (string)error["code"]!));
        Assert.NotEmpty((string)error["message"]!);
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused_with_those_that_are_taken()
    {
        using var answer =
            await server.Client.PostAsync("v1/images/generations", new StringContent("""{"prompt": "a"}""", Encoding.UTF8, "text/plain"));
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal((415, "unsupported_content_type"), ((int)answer.StatusCode, (string)error["code"]!));
        Assert.Contains("application/json", (string)error["message"]!);
    }

    [Fact]
    public async Task A_size_that_the_model_does_not_make_is_named_with_the_nearest_or_served_at_it_and_said()
    {
        var (_, error) = await server.Post("v1/images/generations", new { prompt = "a", size = "1024x1024" });
        Assert.Equal("the model does not make 1024x1024: the nearest is 32x32", (string)error["error"]!["message"]!);

        await using var nearest = await RunningServer.StartAsync(RunningServer.Options with { Sizes = SizePolicy.Nearest });
        var (status, body) = await nearest.Post("v1/images/generations", new { prompt = "a", size = "1024x1024", num_inference_steps = 1 });
        Assert.Equal((200, "32x32"), (status, (string)body["size"]!));
        Assert.Equal("1024x1024 was asked for; the model makes 32x32", (string)body["notices"]![0]!);

        await using var any = await RunningServer.StartAsync(RunningServer.Options with { Sizes = SizePolicy.Any });
        (status, body) = await any.Post("v1/images/generations", new { prompt = "a", size = "48x36", num_inference_steps = 1 });
        Assert.Equal((200, 48, 36), (status, Images(body)[0].Width, Images(body)[0].Height));
    }

    [Theory]
    [InlineData("jpeg", 50)]
    [InlineData("webp", null)]
    public async Task Pictures_come_in_the_format_that_is_asked_for(string format, int? compression)
    {
        var (_, body) = await server.Post("v1/images/generations",
            new { prompt = "a", output_format = format, output_compression = compression, num_inference_steps = 1 });
        var file = Convert.FromBase64String((string)body["data"]![0]!["b64_json"]!);
        Assert.Equal(format, ImageHeader.Format(file), ignoreCase: true);
        Assert.Equal(format, (string)body["output_format"]!);
    }

    [Fact]
    public async Task An_address_of_a_picture_gives_it()
    {
        var (_, body) =
            await server.Post("v1/images/generations", new { prompt = "a", response_format = "url", seed = 3, num_inference_steps = 2 });
        var address = (string)body["data"]![0]!["url"]!;
        Assert.StartsWith(server.Address.ToString(), address);
        var alone =
            RunningServer.Alone(RunningServer.Tiny256, new TextToImageRequest("a") { Seed = 3, Steps = 2 })[0].Picture.Pixels.ToArray();
        var file = await server.Client.GetByteArrayAsync(address);
        Assert.Equal(alone, RgbImage.Load(file, "answer").Pixels.ToArray());
        Assert.Equal("\"a\"", JsonNode.Parse(PngText.Read(file, "answer")[PictureSettings.MachineKeyword])!["prompt"]!.ToJsonString());
        Assert.Equal(alone, RgbImage.Load(await server.Client.GetByteArrayAsync(address.Replace(".png", ".webp",
            StringComparison.Ordinal)), "answer").Pixels.ToArray());
        Assert.Equal(404, (int)(await server.Client.GetAsync($"v1/images/files/{new string('0', 32)}.png")).StatusCode);
    }

    [Fact]
    public async Task An_edit_keeps_what_the_mask_does_not_mark()
    {
        var original = Drawings.Soft(96, 32);
        using var form = Form(("prompt", "a hat"), ("seed", "5"), ("num_inference_steps", "3"), ("n", "2"), ("size", "auto"));
        form.Add(File(original.Encode(ImageFormat.Png)), "image[]", "photo.png");
        form.Add(File(Drawings.TransparentFrom(64, 96, 32)), "mask", "mask.png");
        using var answer = await server.Client.PostAsync("v1/images/edits", form);
        Assert.Equal(200, (int)answer.StatusCode);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        // No more pixels than the model's own size has, in the picture's shape.
        var (made, kept) = (Images(body), original.Resize(52, 16));
        Assert.Equal([(52, 16), (52, 16)], made.Select(image => (image.Width, image.Height)));
        Assert.All(made, image => Assert.Equal(kept.Pixels[..30].ToArray(), image.Pixels[..30].ToArray()));
        Assert.NotEqual(made[0].Pixels.ToArray(), made[1].Pixels.ToArray());
    }

    [Fact]
    public async Task A_picture_with_holes_is_its_own_mask_and_an_opaque_masks_white_is_made_anew()
    {
        var holes = Drawings.TransparentFrom(16, 32, 32);
        var (_, own) = await server.Post("v1/images/edits",
            new { prompt = "a hat", image = Drawings.DataUrl(holes), seed = 1, num_inference_steps = 3 });
        var mask = RgbImage.LoadMask(holes, "mask");
        var alone = RunningServer.Alone(RunningServer.Tiny256,
            new InpaintRequest { Prompts = ["a hat"], Images = [RgbImage.Load(holes, "image")], Masks = [mask], Seed = 1, Steps = 3 })[0];
        Assert.Equal(alone.Picture.Pixels.ToArray(), Images(own)[0].Pixels.ToArray());
        var (_, white) = await server.Post(
            "v1/images/edits", new { prompt = "a hat", image = Drawings.DataUrl(holes),
                mask = new { image_url = Drawings.DataUrl(mask.Encode(ImageFormat.Png)) }, seed = 1, num_inference_steps = 3 });
        Assert.Equal(alone.Picture.Pixels.ToArray(), Images(white)[0].Pixels.ToArray());
    }

    [Fact]
    public async Task Edits_and_variations_take_data_urls_and_fetch_nothing()
    {
        var image = Drawings.DataUrl(Drawings.Png(32, 32));
        var (status, edit) = await server.Post("v1/images/edits",
            new { prompt = "a hat", image = new[] { new { image_url = image } }, seed = 1, strength = 0.6, num_inference_steps = 4 });
        Assert.Equal(200, status);
        var alone = RunningServer.Alone(RunningServer.Tiny256,
            new ImageToImageRequest { Prompts = ["a hat"], Images = [Drawings.Soft(32, 32)], Seed = 1, Strength = 0.6, Steps = 4 });
        Assert.Equal(alone[0].Picture.Pixels.ToArray(), Images(edit)[0].Pixels.ToArray());
        Assert.Equal(64, (int)edit["usage"]!["input_tokens_details"]!["image_tokens"]!);

        (status, var variation) = await server.Post("v1/images/variations", new { image, n = 2, num_inference_steps = 2 });
        Assert.Equal((200, 2), (status, Images(variation).Count));

        (status, var error) =
            await server.Post("v1/images/edits", new { prompt = "a hat", image = "http://169.254.169.254/latest/meta-data" });
        Assert.Equal((400, "image"), (status, (string)error["error"]!["param"]!));
        Assert.Contains("fetches no addresses", (string)error["error"]!["message"]!);
        (status, error) =
            await server.Post("v1/images/edits", new { prompt = "a hat", image, mask = Drawings.DataUrl(Drawings.Png(32, 16)) });
        Assert.Equal((400, "mask"), (status, (string)error["error"]!["param"]!));
        Assert.Equal("mask is 32x16, image 32x32: they must have one size", (string)error["error"]!["message"]!);
    }

    [Theory]
    [InlineData("image_generation", "v1/images/generations")]
    [InlineData("image_edit", "v1/images/edits")]
    public async Task A_stream_sends_unfinished_pictures_and_then_the_finished_one(string kind, string path)
    {
        var image = kind == "image_edit" ? Drawings.DataUrl(Drawings.Png(32, 32)) : null;
        var json =
            new JsonObject { ["prompt"] = "a", ["stream"] = true, ["partial_images"] = 2, ["seed"] = 2, ["num_inference_steps"] = 12 };
        if (image is not null)
            json["image"] = image;
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(json) };
        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var events = await EventReader.ReadAllAsync(answer);
        Assert.Equal([$"{kind}.partial_image", $"{kind}.partial_image", $"{kind}.completed"], events.Select(happened => happened.Name));
        Assert.All(events, happened => Assert.Equal(happened.Name, (string)happened.Data["type"]!));
        Assert.Equal([0, 1], events.Take(2).Select(happened => (int)happened.Data["partial_image_index"]!));
        var files = events.Select(happened =>
            RgbImage.Load(Convert.FromBase64String((string)happened.Data["b64_json"]!), "event").Pixels.ToArray()).ToList();
        Assert.NotEqual(files[0], files[2]);
        Assert.NotNull(events[2].Data["usage"]!["total_tokens"]);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_kept_is_given_away_all_the_same_and_that_is_said()
    {
        Directory.Delete(folder["pictures"], recursive: true);
        await System.IO.File.WriteAllTextAsync(folder["pictures"], "no folder, as if the disk were full");
        var (status, body) = await server.Post("v1/images/generations", new { prompt = "a", num_inference_steps = 1 });
        Assert.Equal((200, 32), (status, Images(body)[0].Width));
        Assert.Contains("not in the history", (string)body["notices"]![0]!);
        (status, var error) =
            await server.Post("v1/images/generations", new { prompt = "a", num_inference_steps = 1, response_format = "url" });
        Assert.Equal((500, "not_kept"), (status, (string)error["error"]!["code"]!));
        Assert.Empty((await server.Get("api/history"))["data"]!.AsArray());
    }

    private static List<RgbImage> Images(JsonNode body) =>
        [.. body["data"]!.AsArray().Select(image => RgbImage.Load(Convert.FromBase64String((string)image!["b64_json"]!), "answer"))];

    private static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    private static ByteArrayContent File(byte[] content) =>
        new(content) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
}
