using System.Globalization;
using System.Text.Json.Nodes;
using Amused.Vqgan;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training.Vq;

/// <summary>How far a run was: steps, and the place in the data from which it goes on.</summary>
internal sealed record VqProgress(long StepsDone, long Epoch, long Index);

/// <summary>
/// The checkpoints of a run, <c>checkpoint-00001000</c> and so on: <c>state.safetensors</c> with every tensor, and <c>run.json</c> with progress, sizes and options.
/// A checkpoint is written under another name and renamed once it is complete, so that a killed run leaves none that is half-written.
/// </summary>
internal sealed class VqCheckpoints(string folder, int kept, VqModelConfig model, VqTrainingOptions options)
{
    private const string Prefix = "checkpoint-", Unfinished = ".unfinished-", StateFile = "state.safetensors", RunFile = "run.json";

    public void Save(VqProgress progress, IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        var name = Prefix + progress.StepsDone.ToString("00000000", CultureInfo.InvariantCulture);
        var (temporary, final) = (Path.Combine(folder, Unfinished + name), Path.Combine(folder, name));
        try
        {
            Remove(temporary);
            SafetensorsWriter.Write(Path.Combine(temporary, StateFile), [.. state.Select(entry => SafetensorsTensor.Of(entry.Key, entry.Value))]);
            ConfigJson.Write(Path.Combine(temporary, RunFile), new RunRecord { Progress = progress, Model = model, Options = options });
            Remove(final);
            Directory.Move(temporary, final);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(final, $"cannot be written: {FileFault.Printable(e.Message)}; earlier checkpoints are as they were", e);
        }
        finally
        {
            TryRemove(temporary);
        }
        foreach (var old in Existing().SkipLast(kept))
            TryRemove(old);
    }

    /// <summary>Copies the latest checkpoint's values into a run's tensors.</summary>
    /// <returns>How far the run was; null when there is no checkpoint.</returns>
    /// <exception cref="InvalidRequestException">It belongs to a run with other settings; the message names them.</exception>
    /// <exception cref="BrokenInputException">It is damaged.</exception>
    public VqProgress? LoadLatest(IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        if (Existing().LastOrDefault() is not { } latest)
            return null;
        var path = Path.Combine(latest, RunFile);
        ThrowIfDifferent(path);
        var record = ConfigJson.Read<RunRecord>(path);
        using var noGrad = no_grad();
        using MappedTensors tensors = new(SafetensorsFile.Open(Path.Combine(latest, StateFile)));
        foreach (var (name, tensor) in state)
        {
            using var stored = tensors.Read(name);
            if (!stored.shape.SequenceEqual(tensor.shape))
                throw FileFault.Of(tensors.File.Path, $"the key {FileFault.Quote(name)} has shape {FileFault.Shape(stored.shape)}, but the run has {FileFault.Shape(tensor.shape)}");
            tensor.copy_(stored);
        }
        return record.Progress;
    }

    private IEnumerable<string> Existing() => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder, $"{Prefix}????????").Where(path => File.Exists(Path.Combine(path, RunFile))).Order(StringComparer.Ordinal)
        : [];

    private void ThrowIfDifferent(string path)
    {
        var stored = Leaves("", ConfigJson.ReadObject(path)).Where(leaf => !leaf.Key.StartsWith("progress", StringComparison.Ordinal)).ToDictionary();
        var asked = Leaves("", ConfigJson.ToObject(new RunRecord { Progress = new(0, 0, 0), Model = model, Options = options }))
            .Where(leaf => !leaf.Key.StartsWith("progress", StringComparison.Ordinal)).ToDictionary();
        var different = stored.Keys.Union(asked.Keys).Where(key => stored.GetValueOrDefault(key) != asked.GetValueOrDefault(key)).Order(StringComparer.Ordinal).ToList();
        if (different.Count > 0)
            throw new InvalidRequestException(
                $"{FileFault.Printable(path)}: the run was started with other settings: "
                + string.Join(", ", different.Take(5).Select(key => $"{key} {stored.GetValueOrDefault(key) ?? "unset"}, now {asked.GetValueOrDefault(key) ?? "unset"}"))
                + (different.Count > 5 ? $" and {different.Count - 5} more" : ""));
    }

    private static IEnumerable<KeyValuePair<string, string>> Leaves(string path, JsonNode? node) => node switch
    {
        JsonObject branch => branch.SelectMany(child => Leaves(path.Length == 0 ? child.Key : $"{path}.{child.Key}", child.Value)),
        JsonArray list => list.SelectMany((child, index) => Leaves($"{path}[{index}]", child)),
        null => [],
        _ => [new(path, node.ToJsonString())],
    };

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    private static void TryRemove(string path)
    {
        try
        {
            Remove(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In the way of nobody: only space is lost.
        }
    }

    private sealed record RunRecord
    {
        public required VqProgress Progress { get; init; }

        public required VqModelConfig Model { get; init; }

        public required VqTrainingOptions Options { get; init; }
    }
}
