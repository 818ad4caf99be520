using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Amused.Images;
using Amused.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Amused.Server.Tests.Processes;

/// <summary><c>amused serve</c> as a process of its own, and what becomes of it when it is told to stop or is killed.</summary>
public sealed partial class ServeProcessTests : IDisposable
{
    private const int Terminate = 15;
    private const int KillAtOnce = 9;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_that_can_be_none_is_told_at_the_start()
    {
        using var process = ServeProcess.Run(["--urls", "http://127.0.0.1:0", "--model", folder["nowhere"]]);
        var told = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("amused: there is no folder", Assert.Single(told.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task A_killed_server_leaves_whole_pictures_and_a_row_for_each()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix does");
        for (var round = 0; round < 2; round++)
        {
            using var server = await ServeProcess.StartAsync(["--data", folder.Path]);
            var requests = Enumerable.Range(0, 4).Select(client => Task.Run(async () =>
            {
                try
                {
                    while (true)
                        await server.Client.PostAsJsonAsync("v1/images/generations",
                            new { prompt = $"client {client}", num_inference_steps = 1, n = 2 });
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    // The server is gone, which is the point.
                }
            })).ToList();
            while (folder.Files("*.png").Length < 8 * (round + 1))
                await Task.Delay(5);
            Send(server.Process, KillAtOnce);
            await server.Process.WaitForExitAsync();
            await Task.WhenAll(requests);

            // Even before the next start's sweep, every row has its file, and every file is whole.
            Assert.All(Rows(), id => Assert.Single(folder.Files($"{id}.png")));
            Assert.All(folder.Files("*.png"), file => RgbImage.Load(file));
        }

        using var last = await ServeProcess.StartAsync(["--data", folder.Path]);
        var kept = JsonNode.Parse(await last.Client.GetStringAsync("api/history?limit=200"))!["data"]!.AsArray();
        Assert.NotEmpty(kept);
        var files = folder.Files("*.png").Select(file => Path.GetFileNameWithoutExtension(file)!).Order();
        Assert.Equal(Rows().Order(), files);
        Assert.Empty(folder.Files("*.tmp"));
        foreach (var item in kept)
            RgbImage.Load(await last.Client.GetByteArrayAsync((string)item!["url"]!), "kept");
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_finishes_what_is_under_way_and_ends_with_0()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix does");
        using var server = await ServeProcess.StartAsync(["--data", folder.Path]);
        var request =
            server.Client.PostAsJsonAsync("v1/images/generations", new { prompt = "a secret fox", num_inference_steps = 200, n = 4 });
        while ((int)JsonNode.Parse(await (await server.Client.GetAsync("readyz")).Content.ReadAsStringAsync())!["images_running"]! == 0)
            await Task.Delay(5);
        Send(server.Process, Terminate);
        using var answer = await request;
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await server.Process.WaitForExitAsync();
        Assert.Equal(0, server.Process.ExitCode);
        var log = await server.Log;
        Assert.Contains("images: 4, Done", log);
        Assert.DoesNotContain("secret", log);
    }

    [Fact]
    public async Task A_collector_gets_metrics_and_spans_down_to_those_of_the_last_job_before_the_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix does");
        await using var collector = await Collector.StartAsync();
        using var server = await ServeProcess.StartAsync(
            ["--no-history"], new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });
        using var answer =
            await server.Client.PostAsJsonAsync("v1/images/generations", new { prompt = "a secret fox", num_inference_steps = 2 });
        Assert.True(answer.IsSuccessStatusCode);
        Send(server.Process, Terminate);
        await server.Process.WaitForExitAsync();
        Assert.Equal(0, server.Process.ExitCode);

        Assert.All(["amused.images", "amused.steps", "amused.stage.duration", "amused.queue.length"], name =>
            Assert.Contains(name, collector.Received("metrics")));
        Assert.Contains("amused.seconds.sampling", collector.Received("traces"));
        Assert.DoesNotContain("secret", collector.Received("metrics") + collector.Received("traces"));
    }

    [Fact]
    public async Task Large_pictures_are_taken_where_no_temporary_file_can_be_written()
    {
        var noise = new byte[3 * 1024 * 1024];
        new Random(1).NextBytes(noise);
        new RgbImage(1024, 1024, noise).Save(folder["noise.png"]);
        using var server = await ServeProcess.StartAsync(["--no-history"], new() { ["TMPDIR"] = folder["nowhere"] });
        using var form = new MultipartFormDataContent
        {
            { new StringContent("a fox"), "prompt" },
            { new ByteArrayContent(await File.ReadAllBytesAsync(folder["noise.png"])), "image", "noise.png" },
        };
        using var answer = await server.Client.PostAsync("v1/images/edits", form);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(2, "needs a key", "--urls", "http://0.0.0.0:0")]
    [InlineData(2, "two models are called", "--model", "tests", "--model", "tests")]
    [InlineData(1, "does not exist", "--lora-dir", "/no/such/folder")]
    [InlineData(2, "is no address", "--urls", "over there")]
    [InlineData(1, "cannot listen at", "--urls", "http://192.0.2.1:8080", "--allow-anyone")]
    [InlineData(2, "--no-history keeps no pictures: leave --data, --keep out", "--data", "pictures", "--keep", "10")]
    [InlineData(2, "such as https://pictures.example", "--public-url", "pictures.example")]
    public async Task What_cannot_be_served_is_said_in_one_line(int code, string message, params string[] args)
    {
        using var process =
            ServeProcess.Run(["--no-history", .. args.Contains("--model") ? [] : (string[])["--model", RunningServer.Tiny256], .. args]);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(code, process.ExitCode);
        Assert.Contains(message, Assert.Single(error.TrimEnd().Split('\n')));
    }

    private List<string> Rows()
    {
        using var connection = new SqliteConnection($"Data Source={folder["history.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM pictures";
        using var reader = command.ExecuteReader();
        List<string> ids = [];
        while (reader.Read())
            ids.Add(reader.GetString(0));
        return ids;
    }

    private static void Send(Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
