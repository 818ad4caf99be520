using Amused.Networks.Layers;
using Amused.Networks.UVit;
using Amused.Tests.Golden;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class GradientCheckpointTests
{
    private static readonly string model = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "models");

    [Theory]
    [InlineData("tiny256")]
    [InlineData("tiny512")]
    public void All_gradients_of_a_U_ViT_are_the_same_bit_for_bit(string name)
    {
        using var scope = NewDisposeScope();
        using GradientCheckpoint checkpoint = new();
        var plain = GradientsOf(name, hook: null);
        var recomputed = GradientsOf(name, (_, part, inputs) => checkpoint.Run(part, inputs));
        checkpoint.ThrowIfFailed();
        Assert.Equal(plain.Keys, recomputed.Keys);
        foreach (var (key, gradient) in plain)
            Agreement.AssertSame(key, gradient, recomputed[key]);
    }

    [Fact]
    public void Parameters_inside_get_gradients_though_no_input_asks_for_any()
    {
        using var scope = NewDisposeScope();
        using GradientCheckpoint checkpoint = new();
        var (x, weight) = (tensor([2f, 3f]), tensor([5f, 7f]).requires_grad_());
        checkpoint.Run(inputs => inputs[0] * weight, x).sum().backward();
        checkpoint.ThrowIfFailed();
        Assert.Equal([2f, 3f], weight.grad!.data<float>());
        Assert.Null(x.grad);
    }

    [Fact]
    public void A_function_with_nothing_to_train_gets_no_gradients_and_harms_nobody()
    {
        using var scope = NewDisposeScope();
        using GradientCheckpoint checkpoint = new();
        checkpoint.Run(inputs => inputs[0] * 2, ones(3)).sum().backward();
        checkpoint.ThrowIfFailed();
    }

    [Fact]
    public void The_second_computation_draws_the_same_random_numbers_and_leaves_the_stream_alone()
    {
        using var scope = NewDisposeScope();
        using GradientCheckpoint checkpoint = new();
        List<float> drawn = [];
        var x = ones(4).requires_grad_();
        var y = checkpoint.Run(inputs =>
        {
            var noise = rand(4);
            drawn.Add(noise[0].item<float>());
            return inputs[0] * noise;
        }, x);
        var before = get_rng_state();
        y.sum().backward();
        Assert.Equal(2, drawn.Count);
        Assert.Equal(drawn[0], drawn[1]);
        Agreement.AssertSame("state of the generator", before, get_rng_state());
    }

    [Fact]
    public void A_function_is_called_once_where_no_gradients_are_wanted()
    {
        using var scope = NewDisposeScope();
        using GradientCheckpoint checkpoint = new();
        var calls = 0;
        using var noGrad = no_grad();
        var y = checkpoint.Run(inputs =>
        {
            calls++;
            return inputs[0] * 2;
        }, ones(2).requires_grad_());
        Assert.Equal(1, calls);
        Assert.False(y.requires_grad);
    }

    [Fact]
    public void A_failure_of_the_second_computation_is_told_after_the_backward_pass()
    {
        using var scope = NewDisposeScope();
        using GradientCheckpoint checkpoint = new();
        var calls = 0;
        var y = checkpoint.Run(inputs => calls++ == 0 ? inputs[0] * 2 : throw new FormatException("the second time"), ones(2).requires_grad_());
        y.sum().backward();
        var failure = Assert.Throws<InvalidOperationException>(checkpoint.ThrowIfFailed);
        Assert.IsType<FormatException>(failure.InnerException);
        checkpoint.ThrowIfFailed(); // told once
    }

    private static Dictionary<string, Tensor> GradientsOf(string name, BlockHook? hook)
    {
        var folder = Path.Combine(model, name, "transformer");
        using ParameterSet parameters = [];
        var config = ConfigJson.Read<UVit2DConfig>(Path.Combine(folder, "config.json"));
        using CheckpointSource source = new([Path.Combine(folder, "diffusion_pytorch_model.safetensors")]);
        UVit2DModel network = new(config, new(source, parameters)) { Hook = hook };
        foreach (var (_, parameter) in parameters)
            parameter.requires_grad_();
        using Generator generator = new(3);
        var tokens = randint(config.CodebookSize, [2, 8, 8], generator: generator);
        var (states, pooled) = (randn([2, 5, config.EncoderHiddenSize], generator: generator).requires_grad_(), randn([2, config.CondEmbedDim], generator: generator));
        var logits = network.Forward(tokens, network.Prepare(states, pooled, ones(2, 5)));
        MaskedTokenLoss.Compute(logits, tokens).backward();
        var gradients = parameters.ToDictionary(entry => entry.Key, entry => entry.Value.grad!);
        gradients["text states"] = states.grad!;
        return gradients;
    }
}
