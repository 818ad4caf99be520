using Amused.Weights;
using Xunit;

namespace Amused.Tests.Weights;

public sealed class CheckpointFolderTests : IDisposable
{
    private static readonly byte[] Weights = CraftedFile.Bytes(CraftedFile.OneTensor, 16);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_parts_of_a_checkpoint_are_found()
    {
        folder.Write("model_index.json",
            """{"_class_name":"AmusedPipeline","vqvae":["diffusers","VQModel"],"safety_checker":[null,null],"size":7}""");
        folder.Write("vqvae/config.json", "{}");
        folder.Write("scheduler/scheduler_config.json", "{}");
        folder.Write("vqvae/diffusion_pytorch_model.safetensors", Weights);
        var checkpoint = CheckpointFolder.Open(folder.Path);

        Assert.Equal("AmusedPipeline", checkpoint.ReadIndex().ClassName);
        Assert.Equal(new Dictionary<string, string> { ["vqvae"] = "VQModel" }, checkpoint.ReadIndex().Components);
        Assert.Equal((true, false), (checkpoint.Has("vqvae"), checkpoint.Has("transformer")));
        Assert.Equal(folder["vqvae/config.json"], checkpoint.ConfigPath("vqvae"));
        Assert.Equal(folder["scheduler/scheduler_config.json"], checkpoint.ConfigPath("scheduler"));
        Assert.Equal([folder["vqvae/diffusion_pytorch_model.safetensors"]], checkpoint.FindWeights("vqvae").Paths);
        using var source = checkpoint.OpenWeights("vqvae");
        source.Take("a", [2, 2], ParameterInit.Zeros).Dispose();
    }

    [Theory]
    [InlineData("model.fp16.safetensors")]
    [InlineData("diffusion_pytorch_model.fp16.safetensors")]
    public void A_variant_is_found_beside_the_plain_files(string name)
    {
        folder.Write("c/model.safetensors", Weights);
        folder.Write($"c/{name}", Weights);
        var checkpoint = CheckpointFolder.Open(folder.Path);
        Assert.Equal([folder[$"c/{name}"]], checkpoint.FindWeights("c", "fp16").Paths);
        Assert.Equal([folder["c/model.safetensors"]], checkpoint.FindWeights("c").Paths);
        Assert.Equal([null, "fp16"], checkpoint.Variants("c"));
    }

    [Theory]
    [InlineData("model.safetensors.index.fp16.json")]
    [InlineData("model.safetensors.fp16.index.json")]
    [InlineData("model.fp16.safetensors.index.json")]
    public void An_index_is_found_under_each_of_the_names_it_has_had(string name)
    {
        folder.Write("c/model.fp16-00001-of-00001.safetensors", Weights);
        folder.Write($"c/{name}", """{"weight_map":{"a":"model.fp16-00001-of-00001.safetensors"}}""");
        var checkpoint = CheckpointFolder.Open(folder.Path);
        Assert.Equal([folder["c/model.fp16-00001-of-00001.safetensors"]], checkpoint.FindWeights("c", "fp16").Paths);
        Assert.Equal(["fp16"], checkpoint.Variants("c"));
        Assert.Contains("without a variant; there are \"fp16\"", Refused(() => checkpoint.FindWeights("c")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_variant_is_answered_with_those_that_exist()
    {
        folder.Write("c/model.safetensors", Weights);
        folder.Write("c/model.bf16.safetensors", Weights);
        var message = Refused(() => CheckpointFolder.Open(folder.Path).FindWeights("c", "fp16"));
        Assert.Equal($"{folder["c"]}: has no weights of the variant \"fp16\"; there are \"bf16\", the plain ones", message);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Directory.CreateDirectory(folder["c"]);
        var checkpoint = CheckpointFolder.Open(folder.Path);
        Assert.Contains("no such folder", Refused(() => CheckpointFolder.Open(folder["nowhere"])), StringComparison.Ordinal);
        Assert.Contains("is a file", Refused(() => CheckpointFolder.Open(folder.Write("file", ""))), StringComparison.Ordinal);
        Assert.Contains("model_index.json", Refused(() => checkpoint.ReadIndex()), StringComparison.Ordinal);
        Assert.Contains("\"vqvae\"", Refused(() => checkpoint.FindWeights("vqvae")), StringComparison.Ordinal);
        Assert.Contains("config.json", Refused(() => checkpoint.ConfigPath("c")), StringComparison.Ordinal);
        Assert.Contains("is needed", Refused(() => checkpoint.FindWeights("c")), StringComparison.Ordinal);
    }

    [Fact]
    public void Pickled_weights_alone_are_refused_with_what_is_needed()
    {
        folder.Write("c/pytorch_model.bin", "");
        var message = Refused(() => CheckpointFolder.Open(folder.Path).FindWeights("c"));
        Assert.Contains("\"pytorch_model.bin\"", message, StringComparison.Ordinal);
        Assert.Contains("safetensors", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "no JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"weight_map":[]}""", "weight_map")]
    [InlineData("""{"weight_map":{}}""", "weight_map")]
    [InlineData("""{"weight_map":{"a":7}}""", "no file name for \"a\"")]
    [InlineData("""{"weight_map":{"a":"../../secret.safetensors"}}""", "no plain file name")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "no plain file name")]
    [InlineData("""{"weight_map":{"a":".."}}""", "no plain file name")]
    [InlineData("""{"weight_map":{"a":"gone.safetensors"}}""", "no such file")]
    [InlineData("""{"weight_map":{"a":"shard.safetensors","b":"shard.safetensors"}}""",
        "has no tensor \"b\", which model.safetensors.index.json places there")]
    public void A_broken_index_is_refused_with_what_is_wrong(string json, string what)
    {
        folder.Write("c/shard.safetensors", Weights);
        folder.Write("c/model.safetensors.index.json", json);
        Assert.Contains(what, Refused(() => CheckpointFolder.Open(folder.Path).OpenWeights("c")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"_class_name":7}""")]
    public void A_model_index_that_names_no_pipeline_is_refused(string json)
    {
        folder.Write("model_index.json", json);
        Assert.Contains("_class_name", Refused(() => CheckpointFolder.Open(folder.Path).ReadIndex()), StringComparison.Ordinal);
    }

    private static string Refused(Func<object?> action)
    {
        var message = Assert.Throws<BrokenInputException>(action).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
