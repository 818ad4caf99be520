using Amused.Networks.UVit;
using Amused.Sampling;
using Amused.Tests.Golden;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class AdamWGoldenTests : IGoldenTests
{
    public static IEnumerable<string> FilesRead => GoldenFolder.Files("training/", "/adamw.safetensors");

    public static TheoryData<string> Runs => [.. FilesRead];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Training_draws_the_references_masks_and_comes_to_its_losses_gradients_and_weights(string file)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        var folder = file.Split('/')[1];
        var (model, parameters) = GoldenModels.Transformer(folder);
        using var owner = parameters;
        foreach (var (_, parameter) in parameters)
            parameter.requires_grad_();
        var maskTokenId = ConfigJson.Read<MaskingSchedulerConfig>(Path.Combine(GoldenFolder.Model(folder), "scheduler", "scheduler_config.json")).MaskTokenId;

        using Generator generator = new(ulong.Parse(figures.MetadataText("seed")));
        var (states, pooled) = (figures["encoder_hidden_states"], figures["pooled_text_emb"]);
        Agreement.AssertSame("encoder_hidden_states", states, randn(states.shape, generator: generator));
        Agreement.AssertSame("pooled_text_emb", pooled, randn(pooled.shape, generator: generator));
        var microConditions = figures["micro_conds"];

        using AdamW optimizer = new(parameters, new() { DecayRule = WeightDecay.Except([.. figures.Metadata("no_decay").EnumerateArray().Select(part => part.GetString()!)]) });
        var losses = figures.Metadata("losses").EnumerateArray().Select(loss => loss.GetDouble()).ToList();
        var learningRate = double.Parse(figures.MetadataText("lr"), System.Globalization.CultureInfo.InvariantCulture);
        for (var step = 0; step < losses.Count; step++)
        {
            using var stepScope = NewDisposeScope();
            var masked = Draw(figures, step, model.Config, maskTokenId, generator);
            var logits = model.Forward(masked.InputIds, model.Prepare(states, pooled, microConditions));
            var loss = MaskedTokenLoss.Compute(logits, masked.Labels);
            Assert.Equal(losses[step], loss.item<float>(), 1e-5 * losses[step]);
            loss.backward();
            if (step == 0)
                foreach (var (name, parameter) in parameters)
                    Agreement.AssertClose($"gradient of {name}", figures[$"0.grad.{name}"], parameter.grad!, 1e-4);
            optimizer.Step(learningRate);
            optimizer.ClearGradients();
        }
        using var noGrad = no_grad();
        foreach (var (name, parameter) in parameters)
            Agreement.AssertClose(name, figures[$"final.{name}"], parameter, 5e-4);
        figures.AssertAllRead();
    }

    private static MaskedTokens Draw(GoldenFigures figures, int step, UVit2DConfig config, int maskTokenId, Generator generator)
    {
        var tokens = figures[$"{step}.tokens"];
        Agreement.AssertSame("tokens", tokens, randint(config.CodebookSize, tokens.shape, generator: generator));
        var before = generator.get_state();
        Agreement.AssertSame("timesteps", figures[$"{step}.timesteps"], rand(tokens.shape[0], generator: generator));
        generator.set_state(before);

        var masked = new TokenMasking().Draw(tokens.view(tokens.shape[0], config.SampleSize, config.SampleSize), maskTokenId, generator);
        Agreement.AssertSame("mask", figures[$"{step}.mask"], masked.Labels.ne(MaskedTokenLoss.Ignored).flatten(1).to(ScalarType.Int64));
        Agreement.AssertSame("input_ids", figures[$"{step}.input_ids"], masked.InputIds.flatten(1));
        Agreement.AssertSame("labels", figures[$"{step}.labels"], masked.Labels.flatten(1));
        return masked;
    }
}
