using System.IO.Compression;
using Amused.Cli.Tests.Support;
using Amused.Imaging;
using Amused.Pipelines;
using Amused.Runtime;
using Xunit;

namespace Amused.Cli.Tests.Packaging;

/// <summary>The packages as their users meet them: installed from a folder into an empty place, and run.</summary>
public class PackageTests(LocalFeed feed) : IClassFixture<LocalFeed>
{
    private const string Prompt = "a cat in a field of flowers";

    private static readonly string version = typeof(TorchRuntime).Assembly.GetName().Version!.ToString(3);

    [Fact]
    public void Packing_gives_the_libraries_and_the_tool_and_nothing_else()
    {
        Assert.Equal(
            [$"Amused.{version}.nupkg", $"Amused.Cli.{version}.nupkg", $"Amused.Extensions.AI.{version}.nupkg"],
            Directory.GetFiles(feed.Feed).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Amused")]
    [InlineData("Amused.Extensions.AI")]
    [InlineData("Amused.Cli")]
    public void Each_package_has_its_readme_and_the_notice(string package)
    {
        Assert.Contains("README.md", EntriesOf(package));
        Assert.Contains("NOTICE", EntriesOf(package));
    }

    [Fact]
    public void The_library_leaves_libtorch_to_its_user_and_the_tool_brings_it_along()
    {
        Assert.DoesNotContain(EntriesOf("Amused"), entry => entry.Contains("torch_cpu", StringComparison.Ordinal));
        Assert.Contains(EntriesOf("Amused.Cli"), entry => entry.Contains("torch_cpu", StringComparison.Ordinal));
    }

    [Fact]
    public void The_tool_carries_no_native_library_that_it_does_not_load()
    {
        Assert.DoesNotContain(EntriesOf("Amused.Cli"), entry => entry.Contains("torch_python", StringComparison.Ordinal));
        Assert.Single(EntriesOf("Amused.Cli"), entry => entry.Contains("libSkiaSharp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_tool_makes_a_picture_where_it_is_installed()
    {
        var folder = feed.Workshop("tool");
        await feed.Run(folder, "dotnet", "tool", "install", "Amused.Cli", "--version", version, "--tool-path", "bin");
        await feed.Run(
            folder, Path.Combine(folder, "bin", "amused"),
            "generate", Prompt, "--model", TinyModel.Path, "--steps", "2", "--seed", "1", "--output", "cat.png");
        AssertIsThePicture(Path.Combine(folder, "cat.png"));
    }

    [Fact]
    public async Task A_program_that_references_the_library_makes_a_picture_and_may_call_TorchSharp_first()
    {
        var folder = await MakeProgram("program", $"""<PackageReference Include="{NativeFiles.LibTorchPackage}" Version="{NativeFiles.LibTorchVersion}" />""");
        var output = await feed.Run(folder, "dotnet", "run", "-c", "Release", "--", TinyModel.Path, Prompt);
        Assert.Equal("3", output.Trim());
        AssertIsThePicture(Path.Combine(folder, "cat.png"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Amused.Extensions.AI")]
    public async Task A_program_without_libtorch_is_told_in_one_line_which_package_to_add(string through)
    {
        var folder = await MakeProgram($"bare{through}", "", through);
        var output = await feed.Run(folder, "dotnet", "build", "-v", "quiet");
        // MSBuild says each warning when it comes, and once more in its summary.
        var lines = output.Split('\n').Where(line => line.Contains(": warning ", StringComparison.Ordinal)).Distinct();
        Assert.Contains(
            $"warning AMUSED001: Amused needs libtorch, and no package of it is referenced: "
            + $"dotnet add package {NativeFiles.LibTorchPackage} --version {NativeFiles.LibTorchVersion}",
            Assert.Single(lines));
    }

    /// <param name="name">The program's folder and name.</param>
    /// <param name="references">References beside the library's.</param>
    /// <param name="through">The package that brings the library along; empty: the program references the library itself.</param>
    private async Task<string> MakeProgram(string name, string references, string through = "")
    {
        var folder = feed.Workshop(name);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <CreateSymbolicLinksForCopyLocalIfPossible>true</CreateSymbolicLinksForCopyLocalIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{(through.Length > 0 ? through : "Amused")}" Version="{version}" />
                {references}
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using Amused.Pipelines;
            using TorchSharp;

            System.Console.WriteLine(torch.ones(3).sum().item<float>());
            using var pipeline = AmusedPipeline.FromPretrained(args[0]);
            pipeline.Generate(new TextToImageRequest(args[1]) { Steps = 2, Seed = 1 }).Images[0].Save("cat.png");
            """);
        return folder;
    }

    private static void AssertIsThePicture(string path)
    {
        using var pipeline = AmusedPipeline.FromPretrained(TinyModel.Path);
        var expected = pipeline.Generate(new TextToImageRequest(Prompt) { Steps = 2, Seed = 1 }).Images[0].Picture;
        var picture = RgbImage.Load(path);
        Assert.Equal((expected.Width, expected.Height), (picture.Width, picture.Height));
        Assert.Equal(expected.Pixels, picture.Pixels);
    }

    private string[] EntriesOf(string package)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(feed.Feed, $"{package}.{version}.nupkg"));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }
}
