using System.Globalization;
using System.Text.Json;
using Amused.Cli.Tests.Support;
using Amused.Weights;
using Xunit;

namespace Amused.Cli.Tests.Golden;

/// <summary>Every golden pipeline call as a command line: the saved tokens are the reference's, at the end and after each step.</summary>
[Trait("Category", GoldenFolder.Category)]
public sealed class PipelineCommandGoldenTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var file in GoldenFolder.Files("pipelines/", "/cases.json"))
                foreach (var one in Calls(file).EnumerateObject())
                    cases.Add(file.Split('/')[^2], one.Name);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_command_line_saves_the_references_tokens(string model, string name)
    {
        using var folder = new TemporaryFolder();
        var call = Calls($"pipelines/{model}/cases.json").GetProperty(name);
        var tokensFile = folder["tokens.json"];

        var run = CliRun.Of([.. Words(model, name, call), "--output", folder["out.png"], "--save-tokens", tokensFile, "--save-steps"]);

        Assert.True(run.ExitCode == 0, run.Error);
        var figures = SafetensorsFile.Open(GoldenFolder.PathOf($"pipelines/{model}/{name}/figures.safetensors"));
        var saved = JsonDocument.Parse(File.ReadAllText(tokensFile)).RootElement;
        AssertSame(figures, "latents", saved.GetProperty("tokens"));
        var steps = figures.Entries.Keys.Where(key => key.StartsWith("step.", StringComparison.Ordinal))
            .OrderBy(key => int.Parse(key["step.".Length..], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(steps.Count, saved.GetProperty("steps").GetArrayLength());
        foreach (var (index, key) in steps.Index())
            AssertSame(figures, key, saved.GetProperty("steps")[index]);
    }

    private static JsonElement Calls(string file) => JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf(file))).RootElement;

    private static List<string> Words(string model, string name, JsonElement call)
    {
        var command = call.TryGetProperty("mask_image", out _) ? "inpaint" : call.TryGetProperty("image", out _) ? "img2img" : "generate";
        List<string> words = [command, "--model", GoldenFolder.Model(model), "--generator", "shared", "--precision", "fp32"];
        // The reference leaves the decoder's picture as it is.
        if (command == "inpaint")
            words.Add("--no-composite");
        // And takes a picture at its own size.
        if (command != "generate")
            words.AddRange(["--size", "picture"]);
        foreach (var argument in call.EnumerateObject())
            words.AddRange(Words(argument, GoldenFolder.PathOf($"pipelines/{model}/{name}")));
        return words;
    }

    private static IEnumerable<string> Words(JsonProperty argument, string folder) => argument.Name switch
    {
        "prompt" => Repeated("--prompt", argument.Value),
        "negative_prompt" => Repeated("--negative-prompt", argument.Value),
        "num_inference_steps" => ["--steps", argument.Value.GetRawText()],
        "guidance_scale" => ["--guidance-scale", argument.Value.GetRawText()],
        "num_images_per_prompt" => ["--images-per-prompt", argument.Value.GetRawText()],
        "generator" => ["--seed", argument.Value.GetRawText()],
        "temperature" => ["--temperature", List(argument.Value)],
        "micro_conditioning_aesthetic_score" => ["--aesthetic-score", argument.Value.GetRawText()],
        "micro_conditioning_crop_coord" => ["--crop", List(argument.Value)],
        "width" or "height" or "strength" => [$"--{argument.Name}", argument.Value.GetRawText()],
        "variant" => ["--variant", argument.Value.GetString()!],
        // The value says which of the reference's pictures it was; the picture itself lies beside the figures.
        "image" => ["--image", Path.Combine(folder, "image.png")],
        "mask_image" => ["--mask", Path.Combine(folder, "mask_image.png")],
        _ => throw new NotSupportedException($"a golden call has the argument {argument.Name}, which no option stands for"),
    };

    private static IEnumerable<string> Repeated(string option, JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().SelectMany(item => new[] { option, item.GetString()! })
            : [option, value.GetString()!];

    private static string List(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? string.Join(',', value.EnumerateArray().Select(item => item.GetRawText()))
            : value.GetRawText();

    private static void AssertSame(SafetensorsFile figures, string key, JsonElement images)
    {
        var shape = figures[key].Shape;
        Assert.Equal(shape[0], images.GetArrayLength());
        foreach (var image in images.EnumerateArray())
        {
            Assert.Equal(shape[1], image.GetArrayLength());
            Assert.All(image.EnumerateArray(), row => Assert.Equal(shape[2], row.GetArrayLength()));
        }
        Assert.Equal(figures.ReadIntegers(key), images.EnumerateArray().SelectMany(image => image.EnumerateArray())
            .SelectMany(row => row.EnumerateArray()).Select(id => id.GetInt64()));
    }
}
