using System.IO.Compression;
using Amused.Cli.Tests.Docs;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Packaging;

/// <summary>A program that uses the package, published in each way that <c>dotnet publish</c> has.</summary>
[Collection(nameof(LocalFeed))]
[Trait("Category", "Long")]
public sealed class PublishTests(LocalFeed feed)
{
    private static readonly string runtime = $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{(OperatingSystem.IsMacOS() ? "arm64" : "x64")}";

    [Theory]
    [InlineData("dependent", false)]
    [InlineData("contained", true)]
    public async Task A_program_published_for_a_platform_makes_pictures_with_the_model_in_the_box(string name, bool isContained)
    {
        var folder = await MakeProgram(name);
        await feed.Run(folder, "dotnet", "publish", "-c", "Release", "-r", runtime, isContained
            ? "--self-contained"
            : "--no-self-contained", "-o", "out");
        await AssertDraws(folder, name);
        Assert.Equal(isContained, File.Exists(Path.Combine(folder, "out", "System.Private.CoreLib.dll")));
        AssertLean(folder);
    }

    [Fact]
    public async Task A_publish_without_a_platform_carries_the_natives_of_the_one_that_has_libtorch()
    {
        var folder = await MakeProgram("portable");
        Assert.DoesNotContain("AMUSED", await feed.Run(folder, "dotnet", "publish", "-c", "Release", "-o", "out"));
        await AssertDraws(folder, "portable");
        AssertLean(folder);
        Assert.Equal([runtime], Directory.GetDirectories(Path.Combine(folder, "out", "runtimes")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_publish_that_carries_several_platforms_says_so_in_one_line()
    {
        var other = runtime == "win-x64" ? "linux-x64" : "win-x64";
        PackStandIn($"libtorch-cpu-{other}", $"runtimes/{other}/native/{(other == "win-x64" ? "torch_cpu.dll" : "libtorch_cpu.so")}");
        var folder = await MakeProgram("several");
        await feed.Run(folder, "dotnet", "add", "package", $"libtorch-cpu-{other}", "--version", "0.0.1");
        var line = Assert.Single(Messages(await feed.Run(folder, "dotnet", "publish", "-c", "Release", "-o", "out", "-v", "quiet")));
        Assert.Contains("warning AMUSED002", line);
        Assert.Contains(runtime, line);
        Assert.Contains(other, line);
    }

    [Theory]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    public async Task A_program_that_would_be_trimmed_or_compiled_ahead_of_time_is_refused_in_one_line(string property)
    {
        var folder = await MakeProgram(property.ToLowerInvariant());
        var (exitCode, output) =
            await feed.Try(folder, "dotnet", "publish", "-c", "Release", "-r", runtime, $"-p:{property}=true", "-o", "out");
        var line = Assert.Single(Messages(output));
        Assert.NotEqual(0, exitCode);
        Assert.Contains("error AMUSED003", line);
        Assert.Contains(property, line);
        // Built, it runs: that it can't be published so is told before it comes to that.
        line = Assert.Single(Messages(await feed.Run(folder, "dotnet", "build", "-c", "Release", "-r", runtime, $"-p:{property}=true")));
        Assert.Contains("warning AMUSED003", line);
    }

    /// <summary>A new console project with the library, libtorch, and the document's program that needs no download.</summary>
    private async Task<string> MakeProgram(string name)
    {
        var folder = feed.Workshop(name, isOnline: true);
        await feed.Run(folder, "dotnet", "new", "console");
        var blocks = DocumentedBlock.All.Where(block => block.Document == "docs/library.md").ToList();
        await feed.Run(folder, "bash", "-ec", blocks.First(block => block.AddsPackages).Text);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.cs"),
            blocks.First(block =>
            block.IsProgram && block.SavesPictures && block.Text.Contains("FromPretrained()", StringComparison.Ordinal)).Text);
        return folder;
    }

    /// <summary>Runs the published program where nothing but itself can be found.</summary>
    private async Task AssertDraws(string folder, string name)
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(folder, "elsewhere")).FullName;
        await feed.Run(elsewhere, Path.Combine(folder, "out", name));
        var pictures = Directory.GetFiles(elsewhere, "*.png");
        Assert.Equal(3, pictures.Length);
        Assert.All(pictures, picture => Assert.Equal(128, RgbImage.Load(picture).Width));
    }

    /// <summary>No other platform's natives, none that nothing loads, and each once.</summary>
    private static void AssertLean(string folder)
    {
        var natives = Directory.GetFiles(Path.Combine(folder, "out"), "*", SearchOption.AllDirectories)
            .Where(file =>
                Path.GetFileName(file) is var name
                    && (name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("Skia", StringComparison.Ordinal))
                && Path.GetExtension(name) is ".so" or ".dylib"
                    || Path.GetFileName(file) is "torch_cpu.dll" or "libSkiaSharp.dll" or "LibTorchSharp.dll")
            .Select(Path.GetFileName).ToList();
        Assert.Equal(natives.Distinct().Count(), natives.Count);
        Assert.DoesNotContain(natives, name => name!.Contains("torch_python", StringComparison.Ordinal));
        Assert.Single(natives, name => name!.Contains("SkiaSharp.", StringComparison.Ordinal));
    }

    /// <summary>Warnings and errors, each once: MSBuild repeats them in its summary.</summary>
    private static IEnumerable<string> Messages(string output) =>
        output.Split('\n').Where(line =>
            line.Contains(": warning ", StringComparison.Ordinal) || line.Contains(": error ", StringComparison.Ordinal))
                .Select(line => line.Trim()).Distinct();

    /// <summary>A package with one small file, in place of half a gigabyte.</summary>
    private void PackStandIn(string id, string file)
    {
        using var archive = ZipFile.Open(Path.Combine(feed.Feed, $"{id}.0.0.1.nupkg"), ZipArchiveMode.Create);
        Write($"{id}.nuspec", $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata><id>{id}</id><version>0.0.1</version><authors>a test</authors><description>a stand-in</description></metadata>
            </package>
            """);
        Write(file, "");

        void Write(string name, string text)
        {
            using StreamWriter writer = new(archive.CreateEntry(name).Open());
            writer.Write(text);
        }
    }
}
