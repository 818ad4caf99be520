using System.Text.Json;
using Amused.Lora;
using Amused.Tests.Golden;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Lora;

/// <summary>Adapters as the Python side writes them, and the logits that the U-ViT gives with them.</summary>
[Trait("Category", GoldenFolder.Category)]
public sealed class LoraGoldenTests : IGoldenTests
{
    private const string FiguresName = "/lora/figures.safetensors";

    public static IEnumerable<string> FilesRead =>
        Models.Select(row => (string)row.Data)
            .SelectMany(model => new[] { $"{Folder(model)}/figures.safetensors", $"{Folder(model)}/{LoraFile.DiffusersName}" });

    public static TheoryData<string> Models => [.. GoldenFolder.Files("training/", FiguresName).Select(file => file.Split('/')[1])];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_LoRA_gives_the_references_logits_beside_the_weights_and_fused_into_them(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var figures = new GoldenFigures($"{Folder(name)}/figures.safetensors");
        var inputs = new GoldenFigures($"training/{name}/adamw.safetensors");
        var (model, parameters) = GoldenModels.Transformer(name);
        using var owner = parameters;
        using var stack = new LoraStack(new Dictionary<string, ParameterSet> { ["transformer"] = parameters });
        Tensor Logits() => model.Forward(
            figures["input_ids"], model.Prepare(inputs["encoder_hidden_states"], inputs["pooled_text_emb"], inputs["micro_conds"]));

        var plain = Logits();
        var file = LoraFile.Open(GoldenFolder.PathOf(Folder(name)));
        var lora = stack.Add(file, alpha: figures.Metadata("lora_alpha").GetDouble());

        Assert.All(file.Layers, layer => Assert.Equal(figures.Metadata("r").GetInt64(), layer.Rank));
        Assert.Equal(TargetNames(figures.Metadata("target_modules")), file.Layers.Select(layer => layer.Name.Split('.')[^1]).Distinct()
            .Order());
        Agreement.AssertClose("logits", figures["logits"], Logits());
        stack.Fuse();
        Agreement.AssertClose("logits, fused", figures["logits"], Logits());
        stack.Remove(lora);
        Agreement.AssertSame("logits without it", plain, Logits());
        figures.AssertAllRead();
    }

    private static IEnumerable<string?> TargetNames(JsonElement names) => names.EnumerateArray().Select(name => name.GetString()).Order();

    private static string Folder(string model) => $"training/{model}/lora";
}
