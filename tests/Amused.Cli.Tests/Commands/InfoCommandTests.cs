using System.Text.Json;
using Amused.Cli.Tests.Support;
using Amused.Runtime;
using Amused.Weights;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class InfoCommandTests
{
    public static TheoryData<string> Models => [.. Directory.EnumerateDirectories(GoldenFolder.PathOf("models")).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_checkpoints_parts_are_counted_from_their_headers(string name)
    {
        var folder = GoldenFolder.Model(name);
        var json = JsonDocument.Parse(CliRun.Output("info", folder, "--json")).RootElement;
        foreach (var part in new[] { "text_encoder", "transformer", "vqvae" })
        {
            var plain = json.GetProperty("components").GetProperty(part).GetProperty("weights").EnumerateArray().Single(weights => weights.GetProperty("variant").ValueKind == JsonValueKind.Null);
            var path = Path.Combine(folder, part, part == "text_encoder" ? "model.safetensors" : "diffusion_pytorch_model.safetensors");
            var expected = SafetensorsFile.Open(path).Entries.Values.Where(entry => entry.Dtype == SafetensorsDtype.F32).Sum(entry => entry.ElementCount);
            Assert.Equal(expected, plain.GetProperty("parameters").GetInt64());
            Assert.Equal(SafetensorsFile.Open(path).Length, plain.GetProperty("bytes").GetInt64());
            Assert.Equal("F32", plain.GetProperty("dtypes")[0].GetString());
        }
        Assert.Equal(12, json.GetProperty("defaults").GetProperty("steps").GetInt32());
        Assert.Equal(0, json.GetProperty("default_size").GetInt32() % json.GetProperty("size_multiple").GetInt32());
    }

    [Fact]
    public void A_checkpoint_of_links_has_the_sizes_of_its_files()
    {
        using TemporaryFolder folder = new();
        foreach (var file in Directory.EnumerateFiles(TinyModel.Path, "*", SearchOption.AllDirectories))
        {
            var link = folder[Path.GetRelativePath(TinyModel.Path, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, file);
        }
        JsonElement Components(string model) => JsonDocument.Parse(CliRun.Output("info", model, "--json")).RootElement.GetProperty("components");
        Assert.True(JsonElement.DeepEquals(Components(TinyModel.Path), Components(folder.Path)));
    }

    [Fact]
    public void People_get_a_table()
    {
        var table = CliRun.Output("info", TinyModel.Path);
        Assert.Matches(@"(?m)^transformer +UVit2DModel +\d", table);
        Assert.Contains("--steps 12 --guidance-scale 10 --temperature 2,0", table);
        Assert.DoesNotContain('\u001b', table);
    }

    [Fact]
    public void A_checkpoints_own_defaults_are_shown()
    {
        using var folder = new TemporaryFolder();
        TinyModel.CopyTo(folder);
        folder.Write("generation_config.json", """{"num_inference_steps": 20, "guidance_scale": 4.5, "temperature": [1, 0.5]}""");
        Assert.Contains("--steps 20 --guidance-scale 4.5 --temperature 1,0.5", CliRun.Output("info", folder.Path));
    }

    [Fact]
    public void The_words_that_a_checkpoint_knows_are_shown_by_groups()
    {
        using var folder = new TemporaryFolder();
        TinyModel.CopyTo(folder);
        folder.Write("words.json", """{"things": {"fox": [], "hot air balloon": ["balloon"]}, "colours": {"red": []}, "other": {"the": []}}""");
        var table = CliRun.Output("info", folder.Path);
        Assert.Matches("(?m)^things +fox, hot air balloon$", table);
        Assert.Matches("(?m)^colours +red$", table);
        Assert.DoesNotMatch("(?m)^other", table);
        var words = JsonDocument.Parse(CliRun.Output("info", folder.Path, "--json")).RootElement.GetProperty("words");
        Assert.Equal("balloon", words.GetProperty("things").GetProperty("hot air balloon")[0].GetString());
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(CliRun.Output("info", TinyModel.Path, "--json")).RootElement.GetProperty("words").ValueKind);
    }

    [Fact]
    public void Without_a_name_it_tells_versions_and_every_measure_with_its_state_and_its_versions()
    {
        var table = CliRun.Output("info");
        Assert.Matches(@"(?m)^libtorch +\d+\.\d+\.\d+$", table);
        var json = JsonDocument.Parse(CliRun.Output("info", "--json")).RootElement;
        Assert.Equal("program", json.GetProperty("kind").GetString());
        Assert.Equal(NativeFiles.LibTorchVersion, json.GetProperty("libtorch").GetString());
        Assert.Equal(TorchTuning.Measures.Count, json.GetProperty("tuning").GetArrayLength());
        foreach (var (measure, told) in TorchTuning.Measures.Zip(json.GetProperty("tuning").EnumerateArray()))
        {
            Assert.Matches($"(?m)^{measure.Name} +{(measure.IsOn ? "on" : "off")} +{measure.MadeFor} +{measure.Reason}$", table);
            Assert.Equal(
                (measure.Name, measure.IsOn, measure.WhyOff, measure.MadeFor, measure.Reason),
                (told.GetProperty("name").GetString(), told.GetProperty("on").GetBoolean(), told.GetProperty("why_off").GetString(),
                    told.GetProperty("made_for").GetString(), told.GetProperty("reason").GetString()));
        }
    }

    [Fact]
    public void A_missing_picture_is_not_taken_for_a_model() => CliRun.Of("info", "./nowhere/out.png").AssertFails(1, "./nowhere/out.png does not exist");

    [Fact]
    public void A_picture_without_settings_is_said_to_have_none()
    {
        using var folder = new TemporaryFolder();
        var picture = TinyModel.SavePicture(folder, "plain.png", 1);
        Assert.Contains("carries no settings", CliRun.Output("info", picture));
        Assert.Contains("\"settings\":null", CliRun.Output("info", picture, "--json"));
    }

    [Fact]
    public void What_is_neither_is_named()
    {
        using var folder = new TemporaryFolder();
        CliRun.Of("info", folder["nothing"]).AssertFails(1, folder["nothing"]);
        CliRun.Of("info", folder.Path).AssertFails(1, "model_index.json");
        CliRun.Of("info", folder.Write("a.txt", "text")).AssertFails(1, "a.txt");
        CliRun.Of("info", "nobody/nothing", "--cache-dir", folder["cache"]).AssertFails(1, "nobody/nothing", "amused pull nobody/nothing");
    }
}
