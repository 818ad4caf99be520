using System.Diagnostics;
using Amused.Networks.UVit;
using Amused.Training;
using Amused.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingStep;

/// <summary>Training steps of the U-ViT in TorchSharp's own calls: forward, cross-entropy, backward, TorchSharp's AdamW.</summary>
internal static class BareRun
{
    private const long Ignored = -100;

    /// <summary>Trains on encoded shards with text states.</summary>
    /// <returns>The seconds of each step.</returns>
    public static IReadOnlyList<double> Time(string model, string shards, int batchSize, int steps)
    {
        using var all = NewDisposeScope();
        var config = ConfigJson.Read<UVit2DConfig>(Path.Combine(model, "transformer", "config.json"));
        var weights = Load(Path.Combine(model, "transformer", "diffusion_pytorch_model.safetensors"));
        var network = new BareUVit(config, weights);
        using var optimizer = optim.AdamW(weights.Values.Cast<Parameter>(), lr: 1e-4, weight_decay: 0.01);
        using var data = new EncodedDataset(shards);
        var (seconds, at) = (new List<double>(), default(DataPosition));
        for (var step = 0; step < steps; step++)
        {
            var watch = Stopwatch.StartNew();
            using var scope = NewDisposeScope();
            using var batch = data.Read(new() { Seed = 1 }, at, batchSize);
            at = batch.Next;
            var mask = rand(batch.Tokens.shape) < 0.64;
            var ids = batch.Tokens.masked_fill(mask, config.VocabSize - 1);
            var labels = batch.Tokens.masked_fill(mask.logical_not(), Ignored);
            var logits = network.Forward(ids, batch.Text.Hidden!.to(ScalarType.Float32), batch.Text.Pooled!.to(ScalarType.Float32), batch.MicroConditions);
            var loss = nn.functional.cross_entropy(logits.flatten(0, 2), labels.flatten(), ignore_index: Ignored);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            _ = loss.item<float>();
            seconds.Add(watch.Elapsed.TotalSeconds);
        }
        foreach (var weight in weights.Values)
        {
            weight.grad = null;
            weight.Dispose();
        }
        return seconds;
    }

    // A parameter takes the tensor over that it is made of.
    private static Dictionary<string, Tensor> Load(string path)
    {
        using var mapped = new MappedTensors(SafetensorsFile.Open(path));
        return mapped.File.Entries.Keys.ToDictionary(name => name, Tensor (name) => new Parameter(mapped.Read(name, isOwnCopy: true)).DetachFromDisposeScope());
    }
}
