using Xunit;

namespace Amused.Training.Tests.Objectives;

public sealed class VqTrainingConfigTests
{
    [Fact]
    public void A_file_gives_any_setting_and_the_rest_stays_at_its_default()
    {
        var config = Parse("""{ "data": { "resolution": 64 }, "plan": { "phases": [{ "name": "all", "steps": 5, "quantizes": true, "curve": "linear" }] }, "optimizer": "adam_w" }""");
        Assert.Equal((64, 5L, OptimizerKind.AdamW), (config.Data.Resolution, config.MaxSteps, config.Optimizer));
        Assert.Equal(new ReconstructionLossOptions(), config.Reconstruction);
        Assert.Equal(config.ToJson().ToJsonString(), VqTrainingConfig.FromJson(config.ToJson(), "again").ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("""{ "resolution": 64 }""", "'resolution'")]
    [InlineData("""{ "data": { "resolutoin": 64 } }""", "'data.resolutoin'")]
    [InlineData("""{ "plan": { "phases": [{ "steps": 5, "crop": 8 }] } }""", "'plan.phases.crop'")]
    [InlineData("""{ "reconstruction": { "scales": "many" } }""", "'scales'")]
    public void A_key_that_is_no_setting_and_a_value_of_the_wrong_kind_are_named(string json, string name) =>
        Assert.Contains(name, Assert.Throws<BrokenInputException>(() => Parse(json)).Message.Replace('"', '\''));

    [Theory]
    [InlineData("""{ }""", "model.config")]
    [InlineData("""{ "model": { "name": "a", "config": "b" } }""", "exclude each other")]
    [InlineData("""{ "model": { "name": "a" }, "plan": { "crop_steps": 0, "whole_steps": 0, "quantized_steps": 0 } }""", "no steps")]
    [InlineData("""{ "model": { "name": "a" }, "plan": { "learning_rate": 0 } }""", "plan.learning_rate is 0")]
    [InlineData("""{ "model": { "name": "a" }, "mixed_precision": "float16" }""", "mixed_precision")]
    [InlineData("""{ "model": { "name": "a" }, "validation": { "share": 1 } }""", "validation.share is 1")]
    [InlineData("""{ "model": { "name": "a" }, "discriminator": { "layers": 9 } }""", "layers 9")]
    public void Values_out_of_range_are_named(string json, string name) =>
        Assert.Contains(name, Assert.Throws<InvalidRequestException>(() => Parse(json).Validate()).Message);

    private static VqTrainingConfig Parse(string json) => VqTrainingConfig.FromJson(System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject(), "settings");
}
