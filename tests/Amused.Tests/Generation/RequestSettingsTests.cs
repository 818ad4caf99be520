using System.Text.Json;
using System.Text.Json.Nodes;
using Amused.Images;
using Amused.Sampling;
using Xunit;

namespace Amused.Tests;

public sealed class RequestSettingsTests
{
    private static readonly RgbImage Picture = TinyPipeline.Picture(8, 8);

    /// <summary>A request of each kind.</summary>
    private static readonly GenerationRequest[] Kinds =
        [new TextToImageRequest(), new ImageToImageRequest { Images = [Picture] }, new InpaintRequest { Images = [Picture], Masks = [Picture] }];

    public static TheoryData<string> Names => [.. RequestSettings.All.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_picture_says_of_a_setting_brings_it_back(string name)
    {
        var setting = RequestSettings.Find(name)!;
        foreach (var kind in Kinds.Where(setting.BelongsTo))
        {
            var request = setting.Put(kind, Value(setting));
            var written = setting.Write(request, new())!;
            var json = JsonSerializer.Deserialize<JsonElement>(setting.OptionName == setting.Name ? written.ToJsonString() : (!(bool)written).ToString().ToLowerInvariant());
            Assert.Equal(request, setting.Put(kind, json));
            Assert.Equal(name is not "images-per-prompt", setting.IsRecorded);
        }
        Assert.Contains(Kinds, setting.BelongsTo);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_that_has_no_effect_is_not_taken(string name)
    {
        var setting = RequestSettings.Find(name)!;
        foreach (var kind in Kinds.Where(kind => !setting.BelongsTo(kind)))
        {
            Assert.Contains($"{name} has no effect on a picture", Assert.Throws<InvalidRequestException>(() => setting.Put(kind, Value(setting))).Message);
            Assert.Null(setting.Write(kind, new()));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_that_is_none_is_named_with_what_would_be_right(string name)
    {
        var setting = RequestSettings.Find(name)!;
        foreach (var wrong in new object[] { "much\nmore", "", double.NaN, Array.Empty<int>(), new[] { 1 }, new object(), JsonSerializer.SerializeToElement(new { a = 1 }) })
        {
            var message = Assert.Throws<InvalidRequestException>(() => setting.Read(wrong, "--it")).Message;
            Assert.StartsWith("--it: ", message);
            Assert.EndsWith($" is not {setting.Expected}", message);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Values_come_as_text_numbers_lists_and_JSON_and_in_their_own_types()
    {
        Assert.All(new object[] { "7", " 7.0", "7e0", 7, 7.0, 7m, (byte)7, Json("7"), Json("\"7\"") }, value => Assert.Equal(7, Read("steps", value)));
        Assert.All(new object[] { "2.5", 2.5f, 2.5, Json("2.5") }, value => Assert.Equal(2.5f, Read("guidance-scale", value)));
        Assert.All(
            new object[] { "2,1", "2, 1", new[] { 2, 1 }, new[] { 2.0, 1.0 }, Json("[2, 1]"), new[] { Json("2"), Json("\"1\"") }, new TemperatureRange(2, 1) },
            value => Assert.Equal(new TemperatureRange(2, 1), Read("temperature", value)));
        Assert.Equal(TemperatureRange.FromSingle(3), Read("temperature", 3));
        Assert.All(new object[] { "false", false, Json("false") }, value => Assert.Equal(false, Read("composite", value)));
        Assert.All(new object[] { "shared", "Shared", GeneratorMode.Shared, Json("\"shared\"") }, value => Assert.Equal(GeneratorMode.Shared, Read("generator", value)));
    }

    [Theory]
    [InlineData("steps", "0")]
    [InlineData("steps", "1001")]
    [InlineData("steps", "2.5")]
    [InlineData("steps", "1,2")]
    [InlineData("seed", "9223372036854775808")]
    [InlineData("guidance-scale", "1e39")]
    [InlineData("strength", "1.1")]
    [InlineData("strength", "-0.1")]
    [InlineData("temperature", "-1")]
    [InlineData("temperature", "1,2,3")]
    [InlineData("crop", "1")]
    [InlineData("crop", "1,-1")]
    [InlineData("width", "65537")]
    [InlineData("size", "256")]
    [InlineData("size", "0x256")]
    [InlineData("generator", "both")]
    public void What_is_out_of_range_is_refused(string name, string value) => Assert.Throws<InvalidRequestException>(() => Read(name, value));

    [Fact]
    public void A_bound_may_be_lower_but_not_higher()
    {
        var steps = RequestSettings.Find("steps")!;
        Assert.Equal("steps: 201 is not a whole number from 1 to 200", Assert.Throws<InvalidRequestException>(() => steps.AtMost(200).Read(201)).Message);
        Assert.Equal(1000, steps.AtMost(2000).Read(1000));
        Assert.Throws<InvalidRequestException>(() => steps.AtMost(2000).Read(1001));
    }

    [Fact]
    public void A_name_is_known_however_it_is_written()
    {
        Assert.All(["guidance-scale", "guidance_scale", "guidanceScale", "GuidanceScale"], name => Assert.Equal("guidance-scale", RequestSettings.Find(name)!.Name));
        Assert.Null(RequestSettings.Find("colour"));
        Assert.Equal(RequestSettings.All.Count, RequestSettings.All.Select(setting => setting.OptionName).Distinct().Count());
    }

    [Fact]
    public void A_picture_says_its_own_seed_and_size_and_what_the_checkpoint_filled_in()
    {
        JsonObject settings = [];
        var image = new GeneratedImage(0, 9, new TokenGrid(1, 1, [0])) { Picture = Picture };
        RequestSettings.Record(settings, new TextToImageRequest("a fox") { GuidanceScale = 2.5f }, image, new() { Steps = 7 });
        Assert.Equal(
            """{"width":8,"height":8,"steps":7,"guidance-scale":2.5,"seed":9,"generator":"per-image","temperature":[2,0],"aesthetic-score":6,"crop":[0,0]}""",
            settings.ToJsonString());
        settings.Clear();
        RequestSettings.Record(settings, new InpaintRequest { Images = [Picture], Masks = [Picture], Composite = false, OwnSize = true }, image, new());
        Assert.Equal(("picture", true, 1), ((string)settings["size"]!, (bool)settings["no-composite"]!, (int)settings["strength"]!));
    }

    private static object Value(RequestSetting setting) => setting.JsonType == "boolean" ? false : setting.Example;

    private static object Read(string name, object value) => RequestSettings.Find(name)!.Read(value);

    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
