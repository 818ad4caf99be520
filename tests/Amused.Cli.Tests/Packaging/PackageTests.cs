using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;
using Amused.Cli.Tests.Support;
using Amused.Images;
using Amused.Runtime;
using Xunit;

namespace Amused.Cli.Tests.Packaging;

/// <summary>The packages as their users meet them: installed from a folder into an empty place, and run.</summary>
[Collection(nameof(LocalFeed))]
public class PackageTests(LocalFeed feed)
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

    [Theory]
    [InlineData("Amused")]
    [InlineData("Amused.Extensions.AI")]
    [InlineData("Amused.Cli")]
    public void Each_package_says_what_it_is_under_which_licence_and_shows_its_icon(string package)
    {
        var nuspec = XDocument.Load(new MemoryStream(Read(package, $"{package}.nuspec"))).Root!;
        string? Of(string name) => nuspec.Descendants().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal((package, "Apache-2.0", "README.md", "icon.png"), (Of("id"), Of("license"), Of("readme"), Of("icon")));
        Assert.NotEmpty(Of("description")!);
        var icon = Read(package, "icon.png");
        Assert.InRange(icon.Length, 1, 20_000);
        Assert.Equal((128, 128), (RgbImage.Load(icon, "icon.png").Width, RgbImage.Load(icon, "icon.png").Height));
        // There is no public home yet, and nothing that leads to one.
        Assert.Null(Of("projectUrl"));
        Assert.Null(nuspec.Descendants().SingleOrDefault(element => element.Name.LocalName == "repository")?.Attribute("url"));
    }

    [Theory]
    [InlineData("Amused")]
    [InlineData("Amused.Extensions.AI")]
    public void Each_library_has_its_documentation_beside_it_and_its_symbols_inside(string package)
    {
        Assert.Contains($"lib/net10.0/{package}.xml", EntriesOf(package));
        using PEReader assembly = new(new MemoryStream(Read(package, $"lib/net10.0/{package}.dll")));
        Assert.Contains(assembly.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
    }

    [Theory]
    [InlineData("Amused")]
    [InlineData("Amused.Extensions.AI")]
    [InlineData("Amused.Cli")]
    public async Task The_public_home_is_one_property(string package)
    {
        const string home = "https://git.example/somebody/amused";
        var properties = JsonDocument.Parse(await feed.Run(
            LocalFeed.Repository, "dotnet", "msbuild", $"src/{package}/{package}.csproj", $"-p:AmusedHome={home}",
            "-getProperty:PackageProjectUrl", "-getProperty:RepositoryUrl", "-getProperty:RepositoryType", "-getProperty:EnableSourceLink")).RootElement.GetProperty("Properties");
        Assert.Equal(
            (home, home, "git", "true"),
            (properties.GetProperty("PackageProjectUrl").GetString(), properties.GetProperty("RepositoryUrl").GetString(), properties.GetProperty("RepositoryType").GetString(),
                properties.GetProperty("EnableSourceLink").GetString()));
    }

    [Fact]
    public void The_model_in_the_box_lies_in_the_library_as_it_lies_in_its_folder()
    {
        var folder = Path.Combine(LocalFeed.Repository, "models");
        Assert.Equal(
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => $"models/{Path.GetRelativePath(folder, file).Replace('\\', '/')}").Order(StringComparer.Ordinal),
            EntriesOf("Amused").Where(entry => entry.StartsWith("models/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
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
            "generate", Prompt, "--model", TinyModel.Path, "--steps", "2", "--seed", "1", "--precision", "fp32", "--output", "cat.png");
        AssertIsThePicture(Path.Combine(folder, "cat.png"));
        await feed.Run(folder, Path.Combine(folder, "bin", "amused"), "generate", "a red fox in the snow", "--steps", "2", "--output", "fox.png");
        Assert.Equal(128, RgbImage.Load(Path.Combine(folder, "fox.png")).Width);
    }

    [Fact]
    public async Task A_program_that_references_the_library_makes_a_picture_and_may_call_TorchSharp_first()
    {
        var folder = await MakeProgram("program", $"""<PackageReference Include="{NativeFiles.LibTorchPackage}" Version="{NativeFiles.LibTorchVersion}" />""");
        var output = await feed.Run(folder, "dotnet", "run", "-c", "Release", "--", TinyModel.Path, Prompt);
        // Of what could be changed in libtorch, only what corrects wrong results is, and what would write warnings.
        Assert.Equal(["3", .. TorchTuning.InEveryProgram.Where(measure => measure.IsOn).Select(measure => measure.Name)], Words(output));
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
            using Amused;
            using TorchSharp;

            System.Console.WriteLine(torch.ones(3).sum().item<float>());
            using var pipeline = AmusedPipeline.FromPretrained(args[0], new() { Precision = Amused.Runtime.Precision.Float32 });
            pipeline.Generate(new TextToImageRequest(args[1]) { Steps = 2, Seed = 1 }).Images[0].Save("cat.png");
            foreach (var measure in Amused.Runtime.TorchTuning.Measures)
                if (measure.IsOn)
                    System.Console.WriteLine(measure.Name);
            """);
        return folder;
    }

    private static string[] Words(string output) => output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static void AssertIsThePicture(string path)
    {
        using var pipeline = AmusedPipeline.FromPretrained(TinyModel.Path, new() { Precision = Precision.Float32 });
        var expected = pipeline.Generate(new TextToImageRequest(Prompt) { Steps = 2, Seed = 1 }).Images[0].Picture;
        var picture = RgbImage.Load(path);
        Assert.Equal((expected.Width, expected.Height), (picture.Width, picture.Height));
        Assert.Equal(expected.Pixels, picture.Pixels);
    }

    private byte[] Read(string package, string entry)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(feed.Feed, $"{package}.{version}.nupkg"));
        using var content = archive.GetEntry(entry)!.Open();
        using MemoryStream bytes = new();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private string[] EntriesOf(string package)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(feed.Feed, $"{package}.{version}.nupkg"));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }
}
