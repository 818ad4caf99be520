using System.Diagnostics;
using Amused.Cli.Tests.Support;
using Amused.Images;
using PictureBook.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Recipes;

/// <summary>The files of <c>recipes/</c>, each run as it is, with small numbers in its environment.</summary>
[Trait("Category", "Long")]
public sealed class RecipeTests : IDisposable
{
    /// <summary>A VQGAN of factor 4, a U-ViT on 16 × 16 tokens and a text tower, each as small as can be.</summary>
    private const string VqSizes = """
        {"block_out_channels": [8, 8, 8], "layers_per_block": 1, "latent_channels": 4, "num_vq_embeddings": 16, "norm_num_groups": 4, "mid_block_add_attention": false,
         "lookup_from_codebook": true, "in_channels": 3, "out_channels": 3}
        """;

    private const string ModelSizes = """
        {"transformer": {"_class_name": "UVit2DModel", "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64, "block_out_channels": 16,
          "in_channels": 16, "block_num_heads": 2, "num_res_blocks": 1, "downsample": true, "upsample": true, "vocab_size": 17, "codebook_size": 16, "cond_embed_dim": 16,
          "encoder_hidden_size": 16, "micro_cond_encode_dim": 8, "micro_cond_embed_dim": 40, "sample_size": 16},
         "text_encoder": {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "projection_dim": 16, "vocab_size": 640, "max_position_embeddings": 32}}
        """;

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> environment;

    public RecipeTests()
    {
        var drawings = folder.Write("drawings/icons.json", TinyIcons.Json(more: new Dictionary<string, string>
        {
            ["robot"] = Square, ["crown"] = Square, ["octopus"] = Square,
        }));
        environment = new() { ["AMUSED"] = Program("Amused.Cli"), ["PICTURE_BOOK"] = Program("PictureBook"), ["DRAWINGS"] = drawings, ["PICTURES"] = folder.Path, ["WORK"] = folder["work"], ["CHECKPOINT_EVERY"] = "1" };
    }

    private const string Square = "<path fill=\"#808080\" d=\"M4 4h24v24H4z\"/>";

    private static string Program(string project) => Path.Combine(GoldenFolder.Repository, "artifacts", "bin", project, "release", project);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_model_in_the_box_is_made_from_nothing_and_a_second_start_finds_all_done()
    {
        PictureBook();
        Run("picture-book.sh", folder["book"]);
        var made = Directory.GetLastWriteTimeUtc(folder["book/model"]);
        Assert.Contains("\"fox\"", File.ReadAllText(folder["book/model/words.json"]));
        CliRun.Output("generate", "a fox", "--model", folder["book/model"], "--steps", "1", "--output", folder["fox.png"]);
        Assert.Equal(64, RgbImage.Load(folder["fox.png"]).Width);

        Directory.Delete(folder["book/run"], recursive: true);
        Run("picture-book.sh", folder["book"]);
        Assert.Equal(made, Directory.GetLastWriteTimeUtc(folder["book/model"]));
    }

    [Fact]
    public void A_trial_tells_the_loss_of_held_out_tokens_by_the_share_that_is_masked()
    {
        PictureBook();
        Run("picture-book.sh", folder["book"]);
        environment["CPU_SECONDS"] = "6";
        environment["POLL"] = "0.2";
        var table = Run("trial.sh", environment["MODEL_SIZES"], folder["book"]);
        Assert.Contains("| 1.0 | 0.9 | 0.7 | 0.4 |", table);
        Assert.Matches(@"\| \d+ updates \| \d+\.\d\d \| \d+\.\d\d \| \d+\.\d\d \| \d+\.\d\d \|", table);
    }

    [Fact]
    public void Newcomers_are_taught_and_drawn()
    {
        Needs("montage", "pngquant");
        Set("NEW_SCENES 6 OLD_SCENES 6 STEPS 1 BATCH 2");
        Run("newcomers.sh", folder["newcomers"]);
        Assert.True(RgbImage.Load(folder["newcomers.png"]).Width > 500);
    }

    [Fact]
    public void A_style_is_taught_and_drawn()
    {
        Needs("montage", "convert", "pngquant");
        Set("STEPS 1");
        Run("style.sh", folder["style"]);
        Assert.True(RgbImage.Load(folder["style.png"]).Width > 500);
    }

    [Fact]
    public void The_pictures_of_the_README_are_drawn()
    {
        Needs("montage", "convert", "pngquant");
        Run("readme-pictures.sh", folder["pictures"]);
        Assert.Equal(["first", "img2img", "inpaint", "precisions", "scenes"], Directory.GetFiles(folder["pictures"]).Select(Path.GetFileNameWithoutExtension).Order());
    }

    [Fact]
    public void A_reader_is_trained()
    {
        Set("SIDE 32 STEPS 2 BATCH 2 CHECK 4");
        Run("train-reader.sh", folder["reader"]);
        Assert.True(File.Exists(folder["reader/model.safetensors"]));
    }

    [Fact]
    public void Drawings_are_fetched_checked_and_kept()
    {
        Needs("npm", "tar");
        if (!TryRun("fetch-drawings.sh", out var output, folder["fetched"]))
            Assert.Skip("npm's registry isn't reached: " + output.Trim().Split('\n')[^1]);
        Assert.Contains("fluent-emoji-flat 1.2.6, MIT", output);
        Assert.Contains("there already", Run("fetch-drawings.sh", folder["fetched"]));
    }

    [Fact]
    public void Screenshots_of_the_page_are_drawn()
    {
        Needs("pngquant");
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AMUSED_CHROMIUM") is not null || Has("chromium") || Has("google-chrome"), "there is no Chromium, and AMUSED_CHROMIUM isn't set");
        Run("screenshots.sh", folder["screenshots"]);
        Assert.Equal(["page-paint", "page-steps", "page-sweep"], Directory.GetFiles(folder["screenshots"]).Select(Path.GetFileNameWithoutExtension).Order());
    }

    [Fact]
    public void Every_recipe_has_its_test()
    {
        var text = File.ReadAllText(Path.Combine(GoldenFolder.Repository, "tests", "Amused.Cli.Tests", "Recipes", "RecipeTests.cs"));
        Assert.All(Directory.GetFiles(Path.Combine(GoldenFolder.Repository, "recipes"), "*.sh"), recipe => Assert.Contains($"Run(\"{Path.GetFileName(recipe)}\"", text));
    }

    private void PictureBook()
    {
        environment["VQ_SIZES"] = folder.Write("vq.json", VqSizes);
        environment["MODEL_SIZES"] = folder.Write("model.json", ModelSizes);
        Set("SIDE 64 SCENES 16 VQ_SCENES 8 HELD_OUT 4 VOCABULARY 640 CROP_STEPS 2 WHOLE_STEPS 2 THING_STEPS 2 QUANTIZED_STEPS 2 VQ_BATCH 4 THINGS_STEPS 2 LAST_STEPS 2 BATCH 4");
    }

    /// <summary>Puts names and values into the recipe's environment.</summary>
    private void Set(string pairs)
    {
        foreach (var pair in pairs.Split(' ').Chunk(2))
            environment[pair[0]] = pair[1];
    }

    private static void Needs(params string[] programs)
    {
        foreach (var program in programs)
            Assert.SkipUnless(Has(program), $"{program} is missing");
    }

    private static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private string Run(string recipe, params string[] arguments)
    {
        Assert.True(TryRun(recipe, out var output, arguments), output);
        return output;
    }

    private bool TryRun(string recipe, out string output, params string[] arguments)
    {
        Assert.SkipUnless(Has("bash"), "bash is missing");
        ProcessStartInfo start = new("bash", [Path.Combine(GoldenFolder.Repository, "recipes", recipe), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output = process.ExitCode == 0 ? lines : lines + errors.Result;
        return process.ExitCode == 0;
    }
}
