using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amused.Images;
using Amused.Runtime;
using Amused.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Amused.Server.Tests.Engine;

public sealed class EngineTests
{
    [Fact]
    public async Task Requests_that_run_together_each_give_what_they_give_alone()
    {
        await using var server = await RunningServer.StartAsync();
        var requests = Enumerable.Range(0, 12)
            .Select(i => new TextToImageRequest($"a dog number {i}") { Seed = i, Steps = 3 + i, GuidanceScale = i % 3 * 2 }).ToList();
        var models = requests.Select((_, i) => i % 4 == 3 ? "tiny512" : "tiny256").ToList();
        var answers = await Task.WhenAll(requests.Zip(models).Select(pair => server.Post("v1/images/generations", new
        {
            prompt = pair.First.Prompts[0], seed = pair.First.Seed, num_inference_steps = pair.First.Steps,
            guidance_scale = pair.First.GuidanceScale, model = pair.Second,
        })));
        for (var i = 0; i < requests.Count; i++)
        {
            var alone = RunningServer.Alone(models[i] == "tiny256" ? RunningServer.Tiny256 : RunningServer.Tiny512, requests[i])[0].Picture;
            var made = RgbImage.Load(Convert.FromBase64String((string)answers[i].Body["data"]![0]!["b64_json"]!), "answer");
            Assert.Equal(alone.Pixels.ToArray(), made.Pixels.ToArray());
        }
    }

    [Fact]
    public async Task A_full_queue_answers_429_and_says_when_to_come_again()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Options with { QueueLimit = 2, BatchLimit = 1 });
        var running = await Submit(server);
        await server.JobWith(running, "running");
        var waiting = new[] { await Submit(server), await Submit(server) };
        Assert.Equal(1, (int)(await server.Get($"api/jobs/{waiting[1]}"))["position"]!);
        using var refused = await server.Client.PostAsJsonAsync("v1/images/generations", new { prompt = "one too many" });
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("rate_limit_error", (string)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["error"]!["type"]!);

        // A job that is cancelled while it waits makes room.
        await server.Client.PostAsync($"api/jobs/{waiting[0]}/cancel", null);
        await server.Client.PostAsync($"api/jobs/{running}/cancel", null);
        await server.JobWith(waiting[1], "running");
    }

    [Fact]
    public async Task Who_goes_away_is_given_up()
    {
        await using var server = await RunningServer.StartAsync();
        using var stop = new CancellationTokenSource();
        var request = server.Client.PostAsJsonAsync("v1/images/generations", new { prompt = "a dog", num_inference_steps = 1000, n = 10 },
            stop.Token);
        while ((int)JsonNode.Parse(await (await server.Client.GetAsync("readyz")).Content.ReadAsStringAsync())!["images_running"]! == 0)
            await Task.Delay(10);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await server.Engine.DrainAsync();
        Assert.Equal("cancelled", (string)(await server.Get("api/jobs"))["data"]![0]!["status"]!);
    }

    [Fact]
    public async Task Stopping_refuses_what_is_new_and_finishes_what_is_under_way()
    {
        var server = await RunningServer.StartAsync(RunningServer.Options with { DrainTimeout = TimeSpan.FromMinutes(5) });
        var request = server.Post("v1/images/generations", new { prompt = "a dog", num_inference_steps = 300, seed = 1 });
        while ((int)JsonNode.Parse(await (await server.Client.GetAsync("readyz")).Content.ReadAsStringAsync())!["images_running"]! == 0)
            await Task.Delay(10);
        var stopping = server.Server.StopAsync();
        var (status, error) = await server.Post("v1/images/generations", new { prompt = "too late" });
        Assert.Equal((503, "stopping"), (status, (string)error["error"]!["code"]!));
        Assert.Equal(200, (await request).Status);
        await stopping;
        await server.Server.DisposeAsync();
    }

    [Fact]
    public async Task Loras_are_applied_by_their_names_and_requests_without_them_stay_as_they_were()
    {
        using var folder = new TemporaryFolder();
        var source = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "training", "tiny256", "lora");
        File.Copy(Path.Combine(source, "pytorch_lora_weights.safetensors"), folder["style.safetensors"]);
        await using var server = await RunningServer.StartAsync(RunningServer.Options with { LoraFolder = folder.Path });
        Assert.Equal(["style"], (await server.Get("api/loras"))["data"]!.AsArray().Select(name => (string)name!));

        object Body(double? scale) => scale is null
            ? new { prompt = "a dog", seed = 1, num_inference_steps = 8 }
            : new { prompt = "a dog", seed = 1, num_inference_steps = 8, loras = new[] { new { name = "style", scale } } };
        var answers = await Task.WhenAll(new double?[] { null, 30, null, -30, 30 }
            .Select(scale => server.Post("v1/images/generations", Body(scale))));
        var pictures = answers.Select(answer => (string)answer.Body["data"]![0]!["b64_json"]!)
            .Select(text => RgbImage.Load(Convert.FromBase64String(text), "answer").Pixels.ToArray()).ToList();

        using var pipeline = AmusedPipeline.FromPretrained(RunningServer.Tiny256, new() { Precision = Precision.Float32 });
        var request = new TextToImageRequest("a dog") { Seed = 1, Steps = 8 };
        byte[] plain = pipeline.Generate(request).Images[0].Picture.Pixels.ToArray();
        pipeline.LoadLora(folder["style.safetensors"], 30);
        byte[] styled = pipeline.Generate(request).Images[0].Picture.Pixels.ToArray();
        Assert.NotEqual(plain, styled);
        Assert.Equal([plain, styled, plain], [pictures[0], pictures[1], pictures[2]]);
        Assert.Equal(styled, pictures[4]);
        Assert.NotEqual(styled, pictures[3]);
    }

    [Fact]
    public async Task A_lora_of_another_model_is_the_requests_fault_and_named_without_its_path()
    {
        var folder = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "training", "tiny512", "lora");
        await using var server = await RunningServer.StartAsync(RunningServer.Options with { LoraFolder = folder });
        object body = new { prompt = "a dog", seed = 1, num_inference_steps = 1, loras = new[] { new { name = "pytorch_lora_weights" } } };

        var (status, answer) = await server.Post("v1/images/generations", body);

        var error = answer["error"]!;
        Assert.Equal((400, "invalid_request_error", "loras", "invalid_value"),
            (status, (string?)error["type"], (string?)error["param"], (string?)error["code"]));
        Assert.Matches("^the LoRA \"pytorch_lora_weights\" can't be used with the model \".+\": .*\\[\\d+, \\d+\\].*\\[\\d+, \\d+\\]",
            (string)error["message"]!);
        Assert.DoesNotContain(folder, (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal(200, (await server.Post("v1/images/generations", new { prompt = "a dog", seed = 1, num_inference_steps = 1 })).Status);
    }

    [Fact]
    public async Task Models_stay_within_the_memory_limit_and_are_loaded_and_unloaded_at_will()
    {
        await using var roomy = await RunningServer.StartAsync(RunningServer.Options with { LoadAtStart = false });
        Assert.Equal([false, false], Loaded(await roomy.Get("api/models")));
        foreach (var model in new[] { "tiny256", "tiny512" })
            await roomy.Post($"api/models/load?id={model}", new { });
        var models = (await roomy.Get("api/models"))["data"]!.AsArray();
        Assert.Equal([true, true], Loaded(await roomy.Get("api/models")));
        var (_, unloaded) = await roomy.Post("api/models/unload?id=tiny512", new { });
        Assert.False((bool)unloaded["loaded"]!);
        Assert.Equal(64, (int)unloaded["width"]!);

        var largest = models.Max(model => (long)model!["bytes"]!);
        await using var narrow = await RunningServer.StartAsync(RunningServer.Options with { MemoryLimit = largest });
        var answers = await Task.WhenAll(Enumerable.Range(0, 6)
            .Select(i =>
            narrow.Post("v1/images/generations",
                new { prompt = "a dog", model = i % 2 == 0 ? "tiny256" : "tiny512", num_inference_steps = 3 })));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Single(Loaded(await narrow.Get("api/models")), loaded => loaded);
    }

    [Fact]
    public async Task A_model_that_is_larger_than_the_memory_limit_is_refused_every_time_and_holds_no_other_up()
    {
        var sizes = await ModelBytes();
        var (smaller, larger) = sizes["tiny256"] < sizes["tiny512"] ? ("tiny256", "tiny512") : ("tiny512", "tiny256");
        Assert.NotEqual(sizes[smaller], sizes[larger]);
        await using var server = await RunningServer.StartAsync(RunningServer.Options with
        {
            Models = [.. RunningServer.Options.Models.OrderByDescending(model => model.Id == larger)], MemoryLimit = sizes[smaller],
        });
        for (var round = 0; round < 3; round++)
        {
            var (status, error) = await server.Post("v1/images/generations", new { prompt = "a dog", model = larger });
            Assert.Equal(500, status);
            Assert.Contains("the server's limit", (string)error["error"]!["message"]!);
            (status, _) = await server.Post("v1/images/generations", new { prompt = "a dog", model = smaller, num_inference_steps = 2 });
            Assert.Equal(200, status);
        }
        using var ready = await server.Client.GetAsync("readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
    }

    [Fact]
    public async Task A_model_that_was_never_loaded_waits_for_room_beside_one_at_work()
    {
        long larger = (await ModelBytes()).Values.Max();
        await using var server = await RunningServer.StartAsync(RunningServer.Options with { MemoryLimit = larger });
        var running = await Submit(server);
        await server.JobWith(running, "running");
        var (status, waiting) = await server.Post("api/jobs", new { prompt = "a dog", model = "tiny512", steps = 2 });
        Assert.Equal(202, status);
        await server.Client.PostAsync($"api/jobs/{running}/cancel", null);
        await server.JobWith((string)waiting["id"]!, "done");
    }

    [Fact]
    public async Task What_runs_is_counted_beside_the_engine_while_jobs_come_and_go()
    {
        await using var server = await RunningServer.StartAsync();
        var models = server.Server.Services.GetRequiredService<ModelManager>();
        using var stop = new CancellationTokenSource();
        var most = 0;
        var watcher = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                most = Math.Max(most, models.Loaded.Sum(model => model.ImagesRunning));
        });
        await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(_ => server.Post("v1/images/generations", new { prompt = "a dog", num_inference_steps = 2 })));
        await stop.CancelAsync();
        await watcher;
        Assert.InRange(most, 1, 8);
        Assert.Equal(0, models.Loaded.Sum(model => model.ImagesRunning));
    }

    private static async Task<Dictionary<string, long>> ModelBytes()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Options with { LoadAtStart = false });
        foreach (var model in RunningServer.Options.Models)
            await server.Post($"api/models/load?id={model.Id}", new { });
        return (await server.Get("api/models"))["data"]!.AsArray()
            .ToDictionary(model => (string)model!["id"]!, model => (long)model!["bytes"]!);
    }

    private static IEnumerable<bool> Loaded(JsonNode models) => models["data"]!.AsArray().Select(model => (bool)model!["loaded"]!);

    private static async Task<string> Submit(RunningServer server)
    {
        var (status, job) = await server.Post("api/jobs", new { prompt = "a long one", steps = 1000, n = 10 });
        Assert.Equal(202, status);
        return (string)job["id"]!;
    }
}
