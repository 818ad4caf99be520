using Amused.Networks.ClipText;
using Amused.Networks.Vqgan;
using Amused.Tests.Images;
using Amused.Text;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Data;

public sealed class ModelEncodersTests
{
    [Fact]
    public void Tokens_and_states_are_those_of_the_models()
    {
        using ParameterSet parameters = new();
        using RandomSource random = new(1);
        using var scope = NewDisposeScope();
        ParameterBuilder builder = new(random, parameters);
        VqModel vq = new(
            new() { BlockOutChannels = [8, 8], LatentChannels = 4, NumVqEmbeddings = 32, NormNumGroups = 4, MidBlockAddAttention = false, LookupFromCodebook = true },
            builder["vq"]);
        ClipTextModel text = new(new() { HiddenSize = 8, IntermediateSize = 16, NumHiddenLayers = 2, NumAttentionHeads = 2, ProjectionDim = 6 }, builder["text"]);
        var tokenizer = ClipTokenizer.Load(Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "clip-tokenizer"));
        var encoders = ModelEncoders.Of(vq, tokenizer, text);
        ExampleBatch batch = new([.. Enumerable.Range(0, 2).Select(i => new TrainingExample("a", "a cat", Pictures.Noise(8, 8, i), default))], default);

        var grids = encoders.Pictures(batch);
        Assert.Equal(vq.EncodeTokens(batch.ToPixels()).data<long>().Select(id => (int)id), grids.SelectMany(grid => grid.Ids.ToArray()));
        Assert.Equal((2, 4, 4, 32), (grids.Count, grids[0].Rows, grids[0].Columns, encoders.CodebookSize));

        string[] captions = ["a cat", ""];
        var states = encoders.States!(captions);
        var ids = encoders.TokenIds!(captions);
        Assert.Equal(tokenizer.Encode("a cat").Ids, ids[0]);
        using var noGrad = no_grad();
        var expected = text.Forward(tensor(ids.SelectMany(row => row.Select(id => (long)id)).ToArray(), [2, 77], ScalarType.Int64));
        Assert.Equal(Halves(expected.PenultimateHiddenState), states.SelectMany(state => state.Hidden));
        Assert.Equal(Halves(expected.TextEmbeds), states.SelectMany(state => state.Pooled));
        Assert.Equal(77, states[0].Positions);
    }

    private static IEnumerable<Half> Halves(Tensor tensor) => tensor.flatten().data<float>().Select(value => (Half)value);
}
