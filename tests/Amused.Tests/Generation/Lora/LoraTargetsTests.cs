using Amused.Lora;
using Amused.Tests.Golden;
using Xunit;

namespace Amused.Tests.Lora;

public sealed class LoraTargetsTests
{
    private static string Tiny => GoldenFolder.Files("models/", "/model_index.json").First().Split('/')[1];

    [Fact]
    public void A_target_is_the_end_of_names_or_a_whole_name()
    {
        var (_, parameters) = GoldenModels.Transformer(Tiny);
        using var owner = parameters;
        var queries = LoraTargets.Find(parameters, ["to_q", "to_out.0"]);
        Assert.All(queries, layer => Assert.True(layer.Key.EndsWith(".to_q") || layer.Key.EndsWith(".to_out.0"), layer.Key));
        Assert.Contains(queries, layer => layer.Key.StartsWith("down_block.attention_blocks.0.attn2."));
        Assert.Equal("transformer_layers.0.ff.net.2", LoraTargets.Find(parameters, ["transformer_layers.0.ff.net.2"]).Single().Key);
    }

    [Fact]
    public void Every_linear_layer_of_both_networks_can_be_found()
    {
        var (_, uvit) = GoldenModels.Transformer(Tiny);
        using var owner = uvit;
        Assert.NotEmpty(LoraTargets.Find(uvit,
            ["to_q", "to_k", "to_v", "to_out.0", "proj", "net.2", "linear", "cond_embeds_mapper", "channelwise_linear_1", "encoder_proj",
            "conv1"]));
        var (_, text) = GoldenModels.TextEncoder(Tiny);
        using var textOwner = text;
        Assert.NotEmpty(LoraTargets.Find(text, ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2", "text_projection"]));
    }

    [Fact]
    public void A_target_that_matches_nothing_is_refused_with_near_names()
    {
        var (_, parameters) = GoldenModels.TextEncoder(Tiny);
        using var owner = parameters;
        var message = Assert.Throws<InvalidRequestException>(() => LoraTargets.Find(parameters, ["q_proj", "to_proj"])).Message;
        Assert.StartsWith("the target \"to_proj\" matches no linear layer; near ones are ", message);
        Assert.Contains("q_proj", message);
    }
}
