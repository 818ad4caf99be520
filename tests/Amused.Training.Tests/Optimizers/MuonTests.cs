using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Optimizers;

public sealed class MuonTests
{
    public MuonTests() => TorchRuntime.EnsureLoaded();

    [Theory]
    [InlineData(16, 90)]
    [InlineData(90, 16)]
    [InlineData(32, 32)]
    public void An_update_has_the_gradients_singular_vectors_and_values_near_one(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(1);
        var matrix = randn([rows, columns], generator: generator);
        var (u, s, v) = linalg.svd(matrix, fullMatrices: false);
        var made = OrthogonalMatrix.Of(matrix);

        Assert.Equal(matrix.shape, made.shape);
        var inner = u.t().mm(made).mm(v.t());
        var values = inner.diagonal();
        // What is less than a hundredth of the greatest takes more rounds.
        var large = values.masked_select(s > s.max() * 0.05);
        Assert.InRange(large.min().item<float>(), 0.5, 1.3);
        Assert.InRange(large.max().item<float>(), 0.5, 1.3);
        Assert.True((inner - diag(values)).abs().max().item<float>() < 1e-2);
    }

    [Fact]
    public void Rounds_on_the_small_square_are_those_on_the_matrix()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(2);
        var matrix = randn([12, 40], generator: generator);
        var x = matrix / matrix.norm();
        for (var round = 0; round < 5; round++)
        {
            var square = x.mm(x.t());
            x = x * 3.4445 + (square * -4.7750 + square.mm(square) * 2.0315).mm(x);
        }
        Assert.True((x - OrthogonalMatrix.Of(matrix)).abs().max().item<float>() < 1e-3);
    }

    [Theory]
    [InlineData(16, 90)]
    [InlineData(90, 16)]
    [InlineData(33, 300)]
    [InlineData(7, 5)]
    public void An_update_in_memory_is_the_update_by_tensor_operations(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(4);
        var matrix = randn([rows, columns], generator: generator) * 3;
        var values = matrix.data<float>().ToArray();
        OrthogonalMatrix.Make(values, rows, columns);
        Assert.True((tensor(values, [rows, columns]) - OrthogonalMatrix.Of(matrix)).abs().max().item<float>() < 1e-3);
    }

    [Theory]
    [InlineData(64, 200)]
    [InlineData(200, 64)]
    public void In_bfloat16_singular_values_come_as_near_to_one(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(6);
        var made = OrthogonalMatrix.Of(randn([rows, columns], generator: generator), ScalarType.BFloat16);
        Assert.Equal(ScalarType.Float32, made.dtype);
        var values = linalg.svdvals(made);
        Assert.InRange(values.min().item<float>(), 0.5, 1.3);
        Assert.InRange(values.max().item<float>(), 0.5, 1.3);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(256)]
    public void Matrices_decay_whatever_their_gradient(int side)
    {
        using var scope = NewDisposeScope();
        var matrix = ones(side, side).requires_grad_();
        using Muon muon = new([new("layer.weight", matrix)], new() { IsMatrix = MuonOptions.OfLayers, Decay = 0.5 });
        matrix.grad = zeros(side, side);
        muon.Step(0.1);
        Assert.All(matrix.detach().data<float>().ToArray(), value => Assert.Equal(0.95, value, 1e-4));
    }

    [Theory]
    [InlineData("transformer_layers.0.ffn.wi_0.weight", true, 8, 16)]
    [InlineData("down_block.res_blocks.0.channelwise_linear_1.weight", true, 8, 16)]
    [InlineData("embed.conv.weight", true, 8, 8, 1, 1)]
    [InlineData("mlm_layer.conv1.weight", true, 8, 8, 1, 1)]
    [InlineData("mlm_layer.conv2.weight", false, 32, 8, 1, 1)]
    [InlineData("embed.embeddings.weight", false, 32, 8)]
    [InlineData("text_model.embeddings.token_embedding.weight", false, 32, 8)]
    [InlineData("down_block.res_blocks.0.depthwise.weight", false, 8, 1, 3, 3)]
    [InlineData("transformer_layers.0.ffn.wi_0.bias", false, 8)]
    public void The_layers_weights_are_matrices_and_tables_of_codes_are_not(string name, bool isMatrix, params int[] shape) =>
        Assert.Equal(isMatrix, MuonOptions.OfLayers(name, zeros([.. shape.Select(side => (long)side)])));

    [Theory]
    [InlineData(4, 8, 16)]
    [InlineData(13, 600, 37)]
    [InlineData(1, 1, 1)]
    public void Products_are_those_of_libtorch(int rows, int inner, int columns)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(5);
        Tensor left = randn([rows, inner], generator: generator), right = randn([inner, columns], generator: generator);
        var product = new float[rows * columns];
        MatrixProduct.Multiply(left.data<float>().ToArray(), right.data<float>().ToArray(), product, rows, inner, columns);
        Assert.True((tensor(product, [rows, columns]) - left.mm(right)).abs().max().item<float>() < 1e-3);
    }

    [Fact]
    public void Convolutions_are_its_own_and_the_rest_is_AdamWs()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> parameters = new()
        {
            ["conv"] = ones(8, 8, 3, 3).requires_grad_(), ["to_picture"] = ones(3, 8, 3, 3).requires_grad_(), ["bias"] = ones(8).requires_grad_(), ["unused"] = ones(8, 8, 1, 1).requires_grad_(),
        };
        using Muon muon = new(parameters);
        Assert.Equal(parameters.Keys.Order(), muon.Parameters.Select(entry => entry.Key).Order());
        Assert.Equal(["conv.momentum", "unused.momentum"], muon.State.Select(entry => entry.Key).Where(key => key.EndsWith("momentum", StringComparison.Ordinal)));

        (parameters["conv"].sum() + parameters["to_picture"].sum() + parameters["bias"].sum()).backward();
        muon.Step(0.1);
        Assert.Equal(0.9, parameters["bias"].min().item<float>(), 1e-4); // Adam's first step is as long as the rate.
        Assert.Equal(0.9, parameters["to_picture"].min().item<float>(), 1e-4);
        // One direction, of length 1 times the rate of matrices.
        Assert.InRange((parameters["conv"].detach() - 1).norm().item<float>(), 0.5, 1.3);
        Assert.Equal(1, parameters["unused"].min().item<float>());

        muon.ClearGradients();
        Assert.All(parameters.Values, parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Restored_state_continues_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(3);
        var gradients = Enumerable.Range(0, 4).Select(_ => randn([8, 8, 3, 3], generator: generator)).ToList();
        var whole = ones(8, 8, 3, 3).requires_grad_();
        using Muon first = new([new("conv", whole), new("bias", ones(8).requires_grad_())]);
        Step(first, whole, gradients[..2]);

        var resumed = whole.detach().clone().requires_grad_();
        using Muon second = new([new("conv", resumed), new("bias", ones(8).requires_grad_())]);
        foreach (var (stored, target) in first.State.Zip(second.State))
        {
            Assert.Equal(stored.Key, target.Key);
            target.Value.copy_(stored.Value);
        }
        Step(first, whole, gradients[2..]);
        Step(second, resumed, gradients[2..]);
        Assert.True(whole.detach().eq(resumed.detach()).all().item<bool>());
    }

    private static void Step(Muon muon, Tensor parameter, IEnumerable<Tensor> gradients)
    {
        foreach (var gradient in gradients)
        {
            parameter.grad = gradient.clone();
            muon.Step(1e-2, 0.5);
        }
    }
}
