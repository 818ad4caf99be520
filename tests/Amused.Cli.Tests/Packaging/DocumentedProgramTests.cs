using Amused.Cli.Tests.Docs;
using Xunit;

namespace Amused.Cli.Tests.Packaging;

/// <summary>
/// The C# of the documents as readers meet it: word for word, in a new project, with the packages that the document says.
/// </summary>
[Collection(nameof(LocalFeed))]
[Trait("Category", "Long")]
public sealed class DocumentedProgramTests(LocalFeed feed)
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/library.md")]
    public async Task Every_program_of_the_document_runs_in_a_new_project_with_the_packages_that_it_names(string document)
    {
        using var hub = new FakeHub().WithFolder("amused/amused-256", Fixture("models/tiny256"))
            .WithFolder("amused/amused-512", Fixture("models/tiny512"));
        var folder = feed.Workshop($"document-{Path.GetFileNameWithoutExtension(document).ToLowerInvariant()}", isOnline: true);
        // The reader's own LoRA.
        File.Copy(Fixture("training/tiny256/lora/pytorch_lora_weights.safetensors"), Path.Combine(folder, "watercolour.safetensors"));
        feed.Variables["HF_ENDPOINT"] = hub.Address.ToString();
        feed.Variables["HF_HOME"] = Path.Combine(folder, "hub");

        await feed.Run(folder, "dotnet", "new", "console");
        var programs = 0;
        foreach (var block in DocumentedBlock.All.Where(block => block.Document == document && (block.IsProgram || block.AddsPackages)))
        {
            if (block.AddsPackages)
            {
                await feed.Run(folder, "bash", "-ec", block.Text);
                continue;
            }
            await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), block.Text);
            foreach (var picture in Directory.GetFiles(folder, "*.png"))
                File.Delete(picture);
            await feed.Run(folder, "dotnet", "run", "-c", "Release");
            Assert.Equal(block.SavesPictures, Directory.GetFiles(folder, "*.png").Length > 0);
            programs++;
        }
        Assert.True(programs > 0, $"{document} has no program");
    }

    private static string Fixture(string name) => Path.Combine(LocalFeed.Repository, "tests", "fixtures", "golden", name);
}
