using Amused.Lora;
using Amused.Networks.Layers;
using Amused.Training.Configuration;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training.Tuning;

/// <summary>What is trained of one network: nothing, its own weights, or LoRAs over some of its layers.</summary>
internal sealed class TrainedNetwork : IDisposable
{
    private readonly List<(string Layer, LowRankAdapter Adapter)> adapters = [];

    /// <summary>Prepares a network for training: its weights ask for gradients, or LoRAs are added to it.</summary>
    /// <param name="component">Its name, by the checkpoint's folder.</param>
    /// <param name="parameters">Its weights.</param>
    /// <param name="settings">What is trained.</param>
    /// <param name="seed">The seed of new LoRAs.</param>
    /// <param name="device">Where they are.</param>
    /// <exception cref="InvalidRequestException">A target matches no layer.</exception>
    public TrainedNetwork(string component, ParameterSet parameters, NetworkSettings settings, long seed, Device device)
    {
        (Component, Settings) = (component, settings);
        if (settings.Mode == TrainingMode.Lora)
            AddAdapters(LoraTargets.Find(parameters, settings.Lora.Targets), settings.Lora, seed, device);
        Parameters = settings.Mode switch
        {
            TrainingMode.Full => [.. parameters.Select(parameter => KeyValuePair.Create($"{component}.{parameter.Key}", parameter.Value))],
            TrainingMode.Lora => [.. adapters.SelectMany(Named)],
            _ => [],
        };
        foreach (var (_, parameter) in Parameters)
            parameter.requires_grad_();
    }

    public string Component { get; }

    public NetworkSettings Settings { get; }

    /// <summary>What is trained, by checkpoint keys with the component before them; float32 leaves.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters { get; }

    public bool IsTrained => Settings.Mode != TrainingMode.Frozen;

    /// <summary>The LoRAs as they are saved.</summary>
    public IEnumerable<LoraTensors> Loras =>
        adapters.Select(one => new LoraTensors(Component, one.Layer, one.Adapter.Down.detach(), one.Adapter.Up.detach(), Settings.Lora.Alpha));

    /// <summary>Turns the LoRAs' dropout on, for steps, or off, for pictures.</summary>
    public void SetDropout(bool isOn)
    {
        foreach (var (_, adapter) in adapters)
            adapter.Dropout = isOn ? Settings.Lora.Dropout : 0;
    }

    /// <summary>Frees the LoRAs; the network's own weights stay its owner's.</summary>
    public void Dispose()
    {
        foreach (var (_, adapter) in adapters)
        {
            adapter.Down.Dispose();
            adapter.Up.Dispose();
        }
        adapters.Clear();
    }

    // A at random and B zero, so that the network starts as it is (Hu et al., 2021, section 4.1); A's spread is PEFT's.
    private void AddAdapters(IReadOnlyList<KeyValuePair<string, Linear>> layers, LoraSettings lora, long seed, Device device)
    {
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var (name, layer) in layers)
        {
            using var scope = NewDisposeScope();
            var bound = 1 / Math.Sqrt(layer.Inputs);
            var down = empty([lora.Rank, layer.Inputs], ScalarType.Float32).uniform_(-bound, bound, generator).to(device).DetachFromDisposeScope();
            var up = zeros([layer.Outputs, lora.Rank], ScalarType.Float32, device).DetachFromDisposeScope();
            var adapter = new LowRankAdapter(down, up, lora.Alpha / lora.Rank);
            layer.Add(adapter);
            adapters.Add((name, adapter));
        }
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Named((string Layer, LowRankAdapter Adapter) one) =>
    [
        new($"{Component}.{one.Layer}{LoraKey.DownSuffix}", one.Adapter.Down),
        new($"{Component}.{one.Layer}{LoraKey.UpSuffix}", one.Adapter.Up),
    ];
}
