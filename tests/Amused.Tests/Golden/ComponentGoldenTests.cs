using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class ComponentGoldenTests : IGoldenTests
{
    public static IEnumerable<string> FilesRead => [.. Of("text_encoder"), .. Of("vqvae"), .. Of("transformer")];

    public static TheoryData<string> TextEncoders => [.. Of("text_encoder")];

    public static TheoryData<string> VqModels => [.. Of("vqvae")];

    public static TheoryData<string> Transformers => [.. Of("transformer")];

    [Theory]
    [MemberData(nameof(TextEncoders))]
    public void The_text_tower_gives_the_references_states(string file)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        var (model, parameters) = GoldenModels.TextEncoder(ModelOf(file));
        using var owner = parameters;
        using var _ = no_grad();
        var output = model.Forward(figures["input_ids"]);
        for (var i = 0; i < output.HiddenStates.Count; i++)
            Agreement.AssertClose($"hidden_states.{i}", figures[$"hidden_states.{i}"], output.HiddenStates[i]);
        Agreement.AssertClose("last_hidden_state", figures["last_hidden_state"], output.LastHiddenState);
        Agreement.AssertClose("penultimate_hidden_state", figures["penultimate_hidden_state"], output.PenultimateHiddenState);
        Agreement.AssertClose("text_embeds", figures["text_embeds"], output.TextEmbeds);
        figures.AssertAllRead();
    }

    [Theory]
    [MemberData(nameof(VqModels))]
    public void The_VQGAN_encodes_quantises_and_decodes_as_the_reference(string file)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        var (model, parameters) = GoldenModels.Vq(ModelOf(file));
        using var owner = parameters;
        using var _ = no_grad();
        var pixels = figures["pixels"];
        var latents = model.Encode(pixels);
        Agreement.AssertClose("latents", figures["latents"], latents);
        var quantized = model.Quantizer.Quantize(latents);
        Agreement.AssertSame("indices", figures["indices"], quantized.Ids);
        Agreement.AssertSame("indices", figures["indices"], model.EncodeTokens(pixels));
        Agreement.AssertClose("quantized", figures["quantized"], quantized.Quantized);
        Agreement.AssertClose("commit_loss", figures["commit_loss"], quantized.CommitmentLoss.reshape(1));
        Agreement.AssertClose("decoded", figures["decoded"], model.DecodeTokens(figures["indices"]));
        Agreement.AssertClose("roundtrip", figures["roundtrip"], model.Decode(quantized.Quantized));
        figures.AssertAllRead();
    }

    [Theory]
    [MemberData(nameof(Transformers))]
    public void The_U_ViT_gives_the_references_logits_and_what_stands_between(string file)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        var (model, parameters) = GoldenModels.Transformer(ModelOf(file));
        using var owner = parameters;
        using var _ = no_grad();
        Dictionary<string, Tensor> activations = [];
        model.Hook = (name, part, inputs) =>
        {
            var activation = part(inputs);
            scope.Attach(activations[name] = activation.clone().DetachFromDisposeScope());
            return activation;
        };
        var (states, pooled, micro) = (figures["encoder_hidden_states_in"], figures["pooled_text_emb"], figures["micro_conds"]);
        Agreement.AssertClose("logits", figures["logits"], model.Forward(figures["input_ids"], model.Prepare(states, pooled, micro)));
        foreach (var (name, activation) in activations)
        {
            // Grids stand channels-first in the figures.
            Tensor InOrderOf(Tensor expected) => expected.dim() == 4 ? activation.permute(0, 3, 1, 2) : activation.view(expected.shape);
            // A stage gives what the last of its blocks does.
            foreach (var figure in new[] { name, name == LastOf(activations, "down_block") ? "down_block" : name }.Distinct()
                .Where(one => figures.Has($"between.{one}")))
                Agreement.AssertClose(figure, figures[$"between.{figure}"], InOrderOf(figures[$"between.{figure}"]));
        }
        model.Hook = null;
        var first = model.Prepare(states.narrow(0, 0, 1), pooled.narrow(0, 0, 1), micro.narrow(0, 0, 1));
        Agreement.AssertClose("rect_logits", figures["rect_logits"], model.Forward(figures["rect_input_ids"], first));
        figures.AssertAllRead();
    }

    private static string LastOf(Dictionary<string, Tensor> activations, string stage) =>
        activations.Keys.Last(name => name.StartsWith(stage, StringComparison.Ordinal));

    private static IEnumerable<string> Of(string component) => GoldenFolder.Files("components/", $"/{component}.safetensors");

    private static string ModelOf(string file) => file.Split('/')[1];
}
