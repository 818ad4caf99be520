using System.Reflection;
using System.Text.RegularExpressions;
using Amused.Tests.Lora;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Amused.Tests.Docs;

/// <summary>
/// The C# of the README and of the documentation, compiled as it stands and run with tiny models that a hub on this machine has under the
/// published ones' names.
/// </summary>
[Collection(nameof(MemoryTests.Alone))]
public sealed partial class SnippetTests
{
    /// <summary>The namespaces of a console project with implicit usings.</summary>
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    /// <summary>Each snippet by its document and its place in it.</summary>
    public static TheoryData<string, int> Snippets
    {
        get
        {
            var snippets = new TheoryData<string, int>();
            foreach (var document in Directory.EnumerateFiles(Path.Combine(GoldenFolder.Repository, "docs"), "*.md")
                .Append(Path.Combine(GoldenFolder.Repository, "README.md")))
                for (var i = 0; i < SnippetsOf(document).Count; i++)
                    snippets.Add(Path.GetRelativePath(GoldenFolder.Repository, document), i);
            return snippets;
        }
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public async Task A_snippet_compiles_and_runs(string document, int index)
    {
        var source = SnippetsOf(Path.Combine(GoldenFolder.Repository, document))[index];
        var program = Compile(source);
        using var hub = new FakeHub().WithFolder("amused/amused-256", TinyPipeline.Folder256)
            .WithFolder("amused/amused-512", TinyPipeline.Folder512);
        var folder = Directory.CreateTempSubdirectory("amused-snippet-");
        File.Copy(Path.Combine(TinyLora.Golden256, "pytorch_lora_weights.safetensors"),
            Path.Combine(folder.FullName, "watercolour.safetensors"));
        Environment.SetEnvironmentVariable("HF_ENDPOINT", hub.Address.ToString());
        Environment.SetEnvironmentVariable("HF_HOME", Path.Combine(folder.FullName, "hub"));
        var before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.FullName);
        var console = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            if (program.EntryPoint!.Invoke(null, program.EntryPoint.GetParameters().Length == 0
                ? []
                : [Array.Empty<string>()]) is Task running)
                await running;
            Assert.Equal(SavesPictures().IsMatch(source), folder.EnumerateFiles("*.png").Any());
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_ENDPOINT", null);
            Environment.SetEnvironmentVariable("HF_HOME", null);
            Console.SetOut(console);
            Directory.SetCurrentDirectory(before);
            folder.Delete(recursive: true);
        }
    }

    private static List<string> SnippetsOf(string document) =>
        [.. Fence().Matches(File.ReadAllText(document)).Select(match => match.Groups["code"].Value)];

    private static Assembly Compile(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Snippet", [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(source)], references,
            new CSharpCompilationOptions(Microsoft.CodeAnalysis.OutputKind.ConsoleApplication,
                nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success,
            string.Join("\n", result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return Assembly.Load(image.ToArray());
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\.Save(ToAsync)?\(")]
    private static partial Regex SavesPictures();
}
