using System.Text.Json.Nodes;
using Amused.Images;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.Jobs;

public sealed class JobsTests : IAsyncLifetime
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
    public async Task A_job_is_submitted_done_and_gives_its_pictures()
    {
        var (status, job) = await server.Post("api/jobs", new
        {
            prompt = "a dog", negative_prompt = "blue", n = 2, width = 48, height = 24, seed = 5, steps = 4, guidance_scale = 3,
            temperature = new[] { 4, 1 }, aesthetic_score = 7, crop = new[] { 1, 2 },
        });
        Assert.Equal(202, status);
        var done = await server.JobWith((string)job["id"]!, "done", "failed");
        var alone = RunningServer.Alone(RunningServer.Tiny256, new TextToImageRequest("a dog")
        {
            NegativePrompts = ["blue"], ImagesPerPrompt = 2, Width = 48, Height = 24, Seed = 5, Steps = 4, GuidanceScale = 3,
            Temperature = new(4, 1), AestheticScore = 7, CropCoordinates = (1, 2),
        });
        var images = done["images"]!.AsArray();
        for (var i = 0; i < 2; i++)
        {
            var file = await server.Client.GetByteArrayAsync((string)images[i]!["url"]!);
            Assert.Equal(alone[i].Picture.Pixels.ToArray(), RgbImage.Load(file, "answer").Pixels.ToArray());
            Assert.Equal(5 + i, (int)images[i]!["seed"]!);
            Assert.Equal(file, await server.Client.GetByteArrayAsync($"v1/images/files/{images[i]!["history_id"]}.png"));
        }
        Assert.Contains((string)job["id"]!, (await server.Get("api/jobs"))["data"]!.AsArray().Select(item => (string)item!["id"]!));
    }

    [Fact]
    public async Task Events_show_the_picture_filling_in()
    {
        var (_, job) = await server.Post("api/jobs", new { prompt = "a dog", seed = 1, steps = 600 });
        var id = (string)job["id"]!;
        using var answer = await server.Client.GetAsync($"api/jobs/{id}/events", HttpCompletionOption.ResponseHeadersRead);
        List<JsonNode> steps = [];
        await foreach (var (name, data) in EventReader.ReadAsync(answer))
        {
            if (name == "step")
                steps.Add(data);
            if (steps.Count == 3)
                break;
        }
        var images = steps.ConvertAll(step => step["images"]![0]!);
        Assert.All(images, image =>
        {
            Assert.Equal(64, ((string)image["masked"]!).Length);
            Assert.Equal((int)image["known"]!, ((string)image["masked"]!).Count(place => place == '0'));
            var preview = RgbImage.Load(Convert.FromBase64String(((string)image["preview"]!).Split(',')[1]), "preview");
            Assert.Equal((32, 32), (preview.Width, preview.Height));
        });
        Assert.All(steps, step => Assert.Equal(600, (int)step["steps"]!));
        Assert.True((double)steps[0]["seconds_left"]! > 0);
        await server.Client.PostAsync($"api/jobs/{id}/cancel", null);
    }

    [Fact]
    public async Task Events_end_with_the_job_and_are_there_for_those_who_come_late()
    {
        var (_, job) = await server.Post("api/jobs", new { prompt = "a dog", steps = 3 });
        await server.JobWith((string)job["id"]!, "done");
        using var answer =
            await server.Client.GetAsync($"api/jobs/{job["id"]}/events?previews=false", HttpCompletionOption.ResponseHeadersRead);
        var events = await EventReader.ReadAllAsync(answer);
        Assert.Equal(["state", "done"], events.Select(happened => happened.Name));
        Assert.Single(events[1].Data["images"]!.AsArray());
    }

    [Fact]
    public async Task A_running_job_is_cancelled_and_a_deleted_one_forgotten()
    {
        var (_, job) = await server.Post("api/jobs", new { prompt = "a dog", steps = 1000, n = 10 });
        await server.JobWith((string)job["id"]!, "running");
        using var cancelled = await server.Client.PostAsync($"api/jobs/{job["id"]}/cancel", null);
        Assert.Equal("cancelled", (string)JsonNode.Parse(await cancelled.Content.ReadAsStringAsync())!["status"]!);
        Assert.Equal(204, (int)(await server.Client.DeleteAsync($"api/jobs/{job["id"]}")).StatusCode);
        Assert.Equal(404, (int)(await server.Client.GetAsync($"api/jobs/{job["id"]}")).StatusCode);
    }

    [Fact]
    public async Task A_picture_is_painted_over_where_its_mask_is_white_and_may_come_from_the_history()
    {
        var original = Drawings.Soft(32, 32);
        var white = new byte[32 * 32 * 3];
        for (var i = 0; i < white.Length; i++)
            white[i] = i / 3 % 32 >= 16 ? byte.MaxValue : byte.MinValue;
        var mask = new RgbImage(32, 32, white);
        var (_, job) = await server.Post("api/jobs", new
        {
            prompt = "a hat", image = Drawings.DataUrl(original.Encode(ImageFormat.Png)),
            mask = Drawings.DataUrl(mask.Encode(ImageFormat.Png)), seed = 2, steps = 3, composite = false,
        });
        var done = await server.JobWith((string)job["id"]!, "done", "failed");
        Assert.Equal("inpaint", (string)done["kind"]!);
        var alone = RunningServer.Alone(RunningServer.Tiny256,
            new InpaintRequest { Prompts = ["a hat"], Images = [original], Masks = [mask], Seed = 2, Steps = 3, Composite = false })[0];
        var file = await server.Client.GetByteArrayAsync((string)done["images"]![0]!["url"]!);
        Assert.Equal(alone.Picture.Pixels.ToArray(), RgbImage.Load(file, "answer").Pixels.ToArray());

        (_, job) = await server.Post("api/jobs",
            new { prompt = "", image = (string)done["images"]![0]!["history_id"]!, strength = 0.5, steps = 4, seed = 1 });
        done = await server.JobWith((string)job["id"]!, "done", "failed");
        var again = RunningServer.Alone(RunningServer.Tiny256,
            new ImageToImageRequest { Prompts = [""], Images = [alone.Picture], Seed = 1, Steps = 4, Strength = 0.5 })[0];
        Assert.Equal(again.Picture.Pixels.ToArray(),
            RgbImage.Load(await server.Client.GetByteArrayAsync((string)done["images"]![0]!["url"]!), "answer").Pixels.ToArray());
    }

    [Theory]
    [InlineData("""{"prompt": "a", "width": 30}""", "width")]
    [InlineData("""{"prompt": "a", "width": 32000, "height": 32000}""", "width")]
    [InlineData("""{"prompt": "a", "temperature": [1]}""", "temperature")]
    [InlineData("""{"prompt": "a", "crop": [1, -1]}""", "crop")]
    [InlineData("""{"prompt": "a", "mask": "data:,"}""", "mask")]
    [InlineData("""{"prompt": "a", "image": "/etc/passwd"}""", "image")]
    [InlineData("""{"prompt": "a", "image": "00000000000000000000000000000000"}""", "image")]
    [InlineData("""{"prompt": "a", "images": []}""", "images")]
    public async Task What_cannot_be_done_is_an_error_that_names_the_field(string body, string parameter)
    {
        var (status, error) = await server.Post("api/jobs", JsonNode.Parse(body)!);
        Assert.Equal((400, parameter), (status, (string?)error["error"]!["param"]));
    }

    [Fact]
    public async Task The_history_is_searched_read_in_parts_and_deleted_from()
    {
        foreach (var prompt in new[] { "a red Fox", "a blue fox", "100% owl" })
        {
            var (_, job) = await server.Post("api/jobs", new { prompt, steps = 1, seed = 3 });
            await server.JobWith((string)job["id"]!, "done");
        }
        async Task<string[]> Prompts(string query) =>
            [.. (await server.Get($"api/history?{query}"))["data"]!.AsArray().Select(item => (string)item!["prompt"]!)];
        Assert.Equal(["a blue fox", "a red Fox"], await Prompts("search=fox"));
        Assert.Equal(["a red Fox"], await Prompts("search=FOX%20red"));
        Assert.Equal(["100% owl"], await Prompts("search=0%25"));
        Assert.Empty(await Prompts("search=%25fox"));

        var first = await server.Get("api/history?limit=2");
        Assert.Equal(["a red Fox"], await Prompts($"limit=2&before={first["next"]}"));
        var newest = first["data"]![0]!;
        Assert.Equal(3, (int)newest["settings"]!["seed"]!);
        Assert.Equal(204, (int)(await server.Client.DeleteAsync($"api/history/{newest["id"]}")).StatusCode);
        Assert.Equal(404, (int)(await server.Client.GetAsync($"api/history/{newest["id"]}")).StatusCode);
        Assert.Equal(404, (int)(await server.Client.GetAsync((string)newest["url"]!)).StatusCode);
        Assert.Equal(2, folder.Files("*.png").Length);
    }
}
