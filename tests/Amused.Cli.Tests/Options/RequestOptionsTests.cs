using System.Text.Json.Nodes;
using Amused.Cli.Options;
using Amused.Cli.Tests.Support;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Options;

/// <summary>Whatever is a setting of a request is an option of the commands that it belongs to, and in the pictures that they write.</summary>
public sealed class RequestOptionsTests : IDisposable
{
    private static readonly RgbImage Picture = new(32, 32, new byte[32 * 32 * 3]);

    /// <summary>The commands, with a request of their kind.</summary>
    private static readonly (string Command, GenerationRequest Kind)[] Commands =
    [
        ("generate", new TextToImageRequest()), ("img2img", new ImageToImageRequest { Images = [Picture] }),
        ("inpaint", new InpaintRequest { Images = [Picture], Masks = [Picture] }),
    ];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. RequestSettings.All.Select(setting => setting.Name)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_is_an_option_of_every_command_that_it_belongs_to(string name)
    {
        var setting = RequestSettings.Find(name)!;
        foreach (var (command, kind) in Commands)
        {
            var option = DocumentationTests.Tree().Subcommands.Single(sub => sub.Name == command).Options.SingleOrDefault(option => option.Name == $"--{setting.OptionName}");
            Assert.Equal(setting.BelongsTo(kind), option is not null);
            if (option is not null)
                Assert.Contains(setting.Summary, ((IDocumentedOption)option).Summary);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_picture_carries_a_setting_and_is_made_again_by_it(string name)
    {
        var setting = RequestSettings.Find(name)!;
        Picture.Save(folder["picture.png"]);
        foreach (var (command, kind) in Commands.Where(command => setting.BelongsTo(command.Kind)))
        {
            var value = name is "width" or "height" ? "16" : name is "size" ? "16x24" : setting.Example;
            CliRun.Output([.. Words(command, "a.png", name), .. value.Length == 0 ? [$"--{setting.OptionName}"] : new[] { $"--{setting.OptionName}", value }]);
            var made = folder.Names.First(file => file is "a.png" or "a-0.png");
            var settings = PngText.Read(folder[made])["amused"];
            // A picture is one by itself: how many others there were is nothing that makes it again.
            var expected = name is "images-per-prompt" ? null : setting.Write(setting.Put(kind, value.Length == 0 ? false : value), new())!.ToJsonString();
            Assert.Equal(expected, JsonNode.Parse(settings)![setting.OptionName]?.ToJsonString());
            CliRun.Output(command, "--prompt-file", folder.Write("line.jsonl", settings), "--output", folder["b.png"]);
            Assert.Equal(File.ReadAllBytes(folder[made]), File.ReadAllBytes(folder["b.png"]));
        }
    }

    [Fact]
    public void A_sweep_has_no_option_that_the_table_does_not_have()
    {
        var sweep = DocumentationTests.Tree().Subcommands.Single(sub => sub.Name == "sweep");
        var sampling = sweep.Options.Where(option => ((IDocumentedOption)option).Group == OptionGroups.Sampling).Select(option => option.Name[2..]);
        Assert.All(sampling, name => Assert.NotNull(RequestSettings.Find(name)));
    }

    /// <summary>A command line that leaves one setting for the test.</summary>
    private string[] Words(string command, string output, string without) =>
    [
        command, "fox", "--model", TinyModel.Path, "--output", folder[output],
        .. without is "seed" ? [] : new[] { "--seed", "3" }, .. without is "steps" ? [] : new[] { "--steps", "1" },
        .. command is "generate" ? [] : new[] { "--image", folder["picture.png"] }, .. command is "inpaint" ? new[] { "--mask", folder["picture.png"] } : [],
    ];
}
