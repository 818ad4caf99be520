using System.Text.Json.Nodes;
using Xunit;

namespace Amused.Training.Tests.Configuration;

public sealed class TrainingConfigTests
{
    [Fact]
    public void Every_recipe_comes_back_from_its_json()
    {
        foreach (var recipe in TrainingRecipe.All.Values.Select(recipe => recipe with { Model = new() { Name = "x" } }))
        {
            recipe.Validate();
            Assert.Equal(recipe.ToJson().ToJsonString(), TrainingConfig.FromJson(recipe.ToJson(), "test").ToJson().ToJsonString());
        }
    }

    [Theory]
    [InlineData("""{ "optimiser": {} }""", "there is no setting \"optimiser\"")]
    [InlineData("""{ "optimizer": { "rate": 1 } }""", "there is no setting \"optimizer.rate\"; the settings of optimizer are kind, eight_bit, learning_rate")]
    [InlineData("""{ "optimizer": { "learning_rate": "fast" } }""", "optimizer: \"learning_rate\" should be a number, not \"fast\"")]
    [InlineData("""{ "transformer": { "lora": { "rank": 1.5 } } }""", "transformer.lora: \"rank\" should be a whole number")]
    [InlineData("""{ "batch_size": true }""", "\"batch_size\" should be a whole number")]
    [InlineData("""{ "loss": 3 }""", "\"loss\" should be an object")]
    public void A_key_that_is_no_setting_and_a_value_of_the_wrong_kind_are_named(string json, string expected)
    {
        var fault = Assert.Throws<BrokenInputException>(() => TrainingConfig.FromJson(JsonNode.Parse(json)!.AsObject(), "run.json"));
        Assert.StartsWith("run.json", fault.Message);
        Assert.Contains(expected, fault.Message);
    }

    [Fact]
    public void What_a_file_leaves_out_is_at_its_default()
    {
        var config = TrainingConfig.FromJson(JsonNode.Parse("""{ "transformer": { "mode": "lora", "lora": { "rank": 4 } } }""")!.AsObject(), "run.json");
        Assert.Equal((TrainingMode.Lora, 4, 32), (config.Transformer.Mode, config.Transformer.Lora.Rank, config.Transformer.Lora.Alpha));
        Assert.Equal(["to_q", "to_k", "to_v"], config.Transformer.Lora.Targets);
    }

    [Theory]
    [InlineData("""{ "batch_size": 0 }""", "batch_size is 0: it must be 1 or more")]
    [InlineData("""{ "loss": { "label_smoothing": 1 } }""", "loss.label_smoothing is 1: it must be from 0 to below 1")]
    [InlineData("""{ "transformer": { "mode": "frozen" } }""", "nothing to train")]
    [InlineData("""{ "model": { "config": "256" } }""", "exclude each other")]
    [InlineData("""{ "data": { "image": "a.png" } }""", "data.image needs data.prompt")]
    public void Values_out_of_range_are_named(string json, string expected)
    {
        var settings = JsonNode.Parse(json)!.AsObject();
        settings["model"] ??= new JsonObject();
        settings["model"]!["name"] = "x";
        Assert.Contains(expected, Assert.Throws<InvalidRequestException>(() => TrainingConfig.FromJson(settings, "run.json").Validate()).Message);
    }
}
