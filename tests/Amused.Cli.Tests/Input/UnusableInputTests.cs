using System.Diagnostics;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Input;

/// <summary>Every file that a command line can name, held against what is no file: one line that names it, nothing written, and no waiting.</summary>
public sealed class UnusableInputTests : IDisposable
{
    private const string Place = "INPUT";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Command lines in which INPUT is a file to read, and MODEL a checkpoint.</summary>
    public static TheoryData<string> CommandLines =>
    [
        "generate --prompt-file INPUT",
        "generate fox --starting-tokens INPUT",
        "generate fox --lora INPUT",
        "img2img fox --image INPUT",
        "inpaint fox --image INPUT --mask mask.png",
        "inpaint fox --image mask.png --mask INPUT",
        "sweep fox --steps 1,2 --lora INPUT",
        "info INPUT",
        "bench --repeats 0 --compare INPUT",
        "serve --api-key-file INPUT",
        "serve --lora-dir INPUT",
        "train --config INPUT",
        "train --model MODEL --data INPUT --output out",
        "train --model MODEL --style-image INPUT --prompt x --output out",
        "train --model-config INPUT --data data",
        "train-vq --config INPUT",
        "train-vq --model-config INPUT --data data",
        "train-vq --model MODEL --data INPUT --output out",
        "train-tokenizer INPUT --output out",
        "encode INPUT --model MODEL --output out",
        "init out --config INPUT",
        "init out --config 256 --tokenizer INPUT",
        "convert INPUT --output out",
        "quantize INPUT --output out",
        "generate fox --model INPUT --offline",
        "tokenize fox --model INPUT --offline",
    ];

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void A_pipe_that_nobody_writes_to_is_not_waited_for(string words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        Process.Start("mkfifo", [folder["pipe.png"]])!.WaitForExit();
        AssertNamed(words, folder["pipe.png"]);
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void A_device_that_never_ends_is_not_read(string words)
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "only Unix has devices among its files");
        AssertNamed(words, "/dev/zero");
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void What_is_not_there_is_named(string words) => AssertNamed(words, folder["missing.png"]);

    [Theory]
    [InlineData("generate --prompt-file INPUT")]
    [InlineData("generate fox --starting-tokens INPUT")]
    [InlineData("img2img fox --image INPUT")]
    [InlineData("bench --repeats 0 --compare INPUT")]
    [InlineData("serve --api-key-file INPUT")]
    [InlineData("train --config INPUT")]
    public void A_file_of_three_gigabytes_is_refused_before_it_is_read(string words)
    {
        using (var file = File.Create(folder["large"]))
            file.SetLength(3L << 30); // Sparse: it takes no room.
        AssertNamed(words, folder["large"]);
    }

    private void AssertNamed(string words, string input)
    {
        TinyModel.SavePicture(folder, "mask.png", 255);
        Directory.CreateDirectory(folder["data"]);
        TinyModel.SavePicture(folder, "data/fox.png", 100);
        var before = Files();
        var args = words.Split(' ').Select(word => word switch { Place => input, "MODEL" => TinyModel.Path, "mask.png" or "data" or "out" => folder[word], _ => word }).ToList();
        if (args[0] is "generate" or "img2img" or "inpaint" or "sweep" && !args.Contains("--model"))
            args.AddRange(["--model", TinyModel.Path, "--output", folder["made.png"]]);
        var run = CliRun.Of(args);
        Assert.InRange(run.ExitCode, 1, 2);
        // A data set's reader says what it leaves out, before it says that nothing is left.
        var errors = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("amused: note: ", StringComparison.Ordinal));
        var line = Assert.Single(errors);
        Assert.StartsWith("amused: ", line);
        Assert.Contains(Path.GetFileName(input), line);
        Assert.DoesNotContain("internal error", line);
        Assert.Equal(before, Files());
    }

    private List<string> Files() => [.. Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
