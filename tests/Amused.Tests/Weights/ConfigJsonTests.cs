using System.Text.Json.Nodes;
using Amused.Weights;
using Xunit;

namespace Amused.Tests.Weights;

public sealed class ConfigJsonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    internal enum Schedule
    {
        Cosine,
        CosineWithRestarts,
    }

    internal sealed record Config
    {
        public int HiddenSize { get; init; } = 512;

        public double LayerNormEps { get; init; } = 1e-5;

        public bool UseBias { get; init; }

        public string ActFn { get; init; } = "silu";

        public int? VqEmbedDim { get; init; } = 3;

        public IReadOnlyList<int> BlockOutChannels { get; init; } = [64];

        public Schedule MaskingSchedule { get; init; }
    }

    internal sealed record Nest
    {
        public Config Part { get; init; } = new();

        public Needing? Needing { get; init; }
    }

    internal sealed record Needing
    {
        public required int MaskTokenId { get; init; }
    }

    [Fact]
    public void Known_keys_are_read_and_unknown_ones_ignored()
    {
        var config = Read(
            """{"_class_name":"X","hidden_size":64,"layer_norm_eps":1e-06,"use_bias":true,"act_fn":"gelu","block_out_channels":[1,2],"masking_schedule":"cosine_with_restarts"}""");
        Assert.Equal((64, 1e-6, true, "gelu", Schedule.CosineWithRestarts),
            (config.HiddenSize, config.LayerNormEps, config.UseBias, config.ActFn, config.MaskingSchedule));
        Assert.Equal([1, 2], config.BlockOutChannels);
    }

    [Fact]
    public void Missing_keys_take_the_defaults() => Assert.Equal(512, Read("{}").HiddenSize);

    [Fact]
    public void Null_is_the_default_where_nothing_else_fits_and_null_where_it_may_be()
    {
        var config = Read("""{"hidden_size":null,"act_fn":null,"block_out_channels":null,"masking_schedule":null,"vq_embed_dim":null}""");
        Assert.Equal((512, "silu", Schedule.Cosine), (config.HiddenSize, config.ActFn, config.MaskingSchedule));
        Assert.Equal([64], config.BlockOutChannels);
        Assert.Null(config.VqEmbedDim);
    }

    [Theory]
    [InlineData("""{"hidden_size":"64"}""", "\"hidden_size\" should be a whole number, not \"64\"")]
    [InlineData("""{"hidden_size":6.5}""", "\"hidden_size\" should be a whole number, not 6.5")]
    [InlineData("""{"hidden_size":99999999999}""", "\"hidden_size\" should be a whole number")]
    [InlineData("""{"layer_norm_eps":[1]}""", "\"layer_norm_eps\" should be a number, not [1]")]
    [InlineData("""{"use_bias":0}""", "\"use_bias\" should be true or false, not 0")]
    [InlineData("""{"act_fn":7}""", "\"act_fn\" should be a string, not 7")]
    [InlineData("""{"block_out_channels":[1,"2"]}""", "\"block_out_channels\" should be a list, each of its parts a whole number")]
    [InlineData("""{"block_out_channels":64}""", "\"block_out_channels\" should be a list")]
    [InlineData("""{"masking_schedule":"square"}""",
        "\"masking_schedule\" should be one of \"cosine\", \"cosine_with_restarts\", not \"square\"")]
    [InlineData("""{"masking_schedule":1}""", "\"masking_schedule\" should be one of")]
    [InlineData("""{"vq_embed_dim":"x"}""", "\"vq_embed_dim\" should be a whole number")]
    [InlineData("""[]""", "is no JSON object")]
    [InlineData("""null""", "is no JSON object")]
    [InlineData("", "not valid JSON")]
    [InlineData("{\n\"hidden_size\":64,\n}", "not valid JSON (line 3)")]
    [InlineData("""{"hidden_size":64 /* wide */}""", "not valid JSON")]
    [InlineData("""{"hidden_size":64,"hidden_size":65}""", "not valid JSON")]
    [InlineData("""{"act_fn":"\ud800"}""", "surrogate")]
    public void A_wrong_file_is_refused_with_the_key_and_what_it_should_be(string json, string what) =>
        Assert.Contains(what, Refused<Config>(json), StringComparison.Ordinal);

    [Fact]
    public void Parts_are_read_as_a_whole_is_and_their_keys_named_with_them()
    {
        Assert.Contains("\"part.hidden_size\" should be a whole number, not \"a\"", Refused<Nest>("""{"part":{"hidden_size":"a"}}"""),
            StringComparison.Ordinal);
        Assert.Contains("lacks \"needing.mask_token_id\", which should be a whole number", Refused<Nest>("""{"needing":{}}"""),
            StringComparison.Ordinal);
        Assert.Contains("\"part\" should be an object, not 7", Refused<Nest>("""{"part":7}"""), StringComparison.Ordinal);
        Assert.Equal([64], ConfigJson.Read<Nest>(folder.Write("nest.json",
            """{"part":{"block_out_channels":null}}""")).Part.BlockOutChannels);
    }

    [Fact]
    public void A_key_that_has_no_default_is_asked_for()
    {
        Assert.EndsWith("lacks \"mask_token_id\", which should be a whole number", Refused<Needing>("{}"), StringComparison.Ordinal);
        Assert.EndsWith("lacks \"mask_token_id\", which should be a whole number", Refused<Needing>("""{"mask_token_id":null}"""),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_huge_one_are_refused()
    {
        Assert.Contains("no such file", Assert.Throws<BrokenInputException>(() => ConfigJson.Read<Config>(folder["nowhere.json"])).Message,
            StringComparison.Ordinal);
        using (var file = File.Create(folder["huge.json"]))
            file.SetLength(1L << 33);
        Assert.Contains("longer than", Assert.Throws<BrokenInputException>(() => ConfigJson.Read<Config>(folder["huge.json"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_written_file_has_the_keys_in_order_and_reads_back()
    {
        Config config = new() { HiddenSize = 7, VqEmbedDim = null, MaskingSchedule = Schedule.CosineWithRestarts };
        ConfigJson.Write(folder["c/config.json"], config, KeyValuePair.Create<string, JsonNode?>("_class_name", "X"));

        var text = File.ReadAllText(folder["c/config.json"]);
        Assert.StartsWith(
            "{\n  \"_class_name\": \"X\",\n  \"act_fn\": \"silu\",\n  \"block_out_channels\": [\n    64\n  ],\n  \"hidden_size\": 7,\n",
            text, StringComparison.Ordinal);
        Assert.Contains("\"masking_schedule\": \"cosine_with_restarts\"", text, StringComparison.Ordinal);
        Assert.EndsWith("\"vq_embed_dim\": null\n}\n", text, StringComparison.Ordinal);
        Assert.Equal(config with { BlockOutChannels = [] },
            ConfigJson.Read<Config>(folder["c/config.json"]) with { BlockOutChannels = [] });
    }

    private Config Read(string json) => ConfigJson.Read<Config>(folder.Write("config.json", json));

    private string Refused<T>(string json)
    {
        var path = folder.Write("config.json", json);
        var message = Assert.Throws<BrokenInputException>(() => ConfigJson.Read<T>(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
