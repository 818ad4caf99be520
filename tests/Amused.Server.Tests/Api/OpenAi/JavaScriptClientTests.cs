using System.Diagnostics;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.OpenAi;

/// <summary>OpenAI's own package for JavaScript, from npm, against this server.</summary>
public sealed class JavaScriptClientTests
{
    private const string Package = "openai@6";

    [Fact]
    public async Task The_official_package_generates_edits_varies_streams_and_cancels()
    {
        Assert.SkipUnless(await Succeeds("node", "--version"), "node is not installed");
        Assert.SkipUnless(await Succeeds("npm", "--version"), "npm is not installed");
        var packages = Path.Combine(GoldenFolder.Repository, "artifacts", "npm");
        Directory.CreateDirectory(packages);
        if (!Directory.Exists(Path.Combine(packages, "node_modules", "openai")))
        {
            var (code, output) =
                await Run("npm", packages, [], "install", "--no-audit", "--no-fund", "--silent", "--prefix", packages, Package);
            Assert.SkipUnless(code == 0, $"npm cannot install {Package}: {output}");
        }

        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["photo.png"], Drawings.Png(32, 32));
        await File.WriteAllBytesAsync(folder["mask.png"], Drawings.TransparentFrom(16, 32, 32));
        await using var server = await RunningServer.StartAsync(RunningServer.Options with { ApiKeys = ["sk-right"] });
        var (exitCode, told) = await Run(
            "node", packages,
            [("BASE_URL", $"{server.Address}v1"), ("PACKAGES", packages), ("PICTURE", folder["photo.png"]), ("MASK", folder["mask.png"])],
            Path.Combine(AppContext.BaseDirectory, "Api", "OpenAi", "official-client.mjs"));
        Assert.True(exitCode == 0, told);
        Assert.Contains("all is well", told);

        // What was aborted is given up, not run to its end.
        await server.Engine.DrainAsync();
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "sk-right");
        var aborted = (await server.Get("api/jobs"))["data"]!.AsArray().Where(job => (string)job!["prompt"]! == "a long one");
        Assert.Equal(["cancelled", "cancelled"], aborted.Select(job => (string)job!["status"]!));
    }

    private static async Task<bool> Succeeds(string program, params string[] args)
    {
        try
        {
            return (await Run(program, Path.GetTempPath(), [], args)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int ExitCode, string Output)> Run(string program, string folder, (string Name, string Value)[] variables,
        params string[] args)
    {
        var start =
            new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
