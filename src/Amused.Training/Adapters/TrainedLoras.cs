using Amused.Lora;
using Amused.Networks.Layers;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>New low-rank adapters over some layers of a network.</summary>
internal sealed class TrainedLoras : IDisposable
{
    private readonly string component;
    private readonly LoraSettings settings;
    private readonly List<(string Layer, LowRankAdapter Adapter)> adapters = [];

    /// <summary>Adds them. A is at random and B zero, so that the network starts as it is (Hu et al., 2021, section 4.1); A's spread is PEFT's.</summary>
    /// <param name="component">The network, by the checkpoint's folder.</param>
    /// <param name="layers">The layers, by checkpoint key.</param>
    /// <param name="settings">Rank and strength.</param>
    /// <param name="seed">What A derives from.</param>
    /// <param name="device">Where the network is.</param>
    public TrainedLoras(string component, IReadOnlyList<KeyValuePair<string, Linear>> layers, LoraSettings settings, long seed, Device device)
    {
        (this.component, this.settings) = (component, settings);
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var (name, layer) in layers)
        {
            using var scope = NewDisposeScope();
            var bound = 1 / Math.Sqrt(layer.Inputs);
            var down = empty([settings.Rank, layer.Inputs], ScalarType.Float32).uniform_(-bound, bound, generator).to(device).DetachFromDisposeScope();
            var up = zeros([layer.Outputs, settings.Rank], ScalarType.Float32, device).DetachFromDisposeScope();
            var adapter = new LowRankAdapter(down, up, settings.Alpha / settings.Rank);
            layer.Add(adapter);
            adapters.Add((name, adapter));
        }
    }

    /// <summary>Their matrices, by checkpoint keys with the component before them; float32 leaves.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Parameters => adapters.SelectMany(one => (KeyValuePair<string, Tensor>[])
    [
        new($"{component}.{one.Layer}{LoraKey.DownSuffix}", one.Adapter.Down),
        new($"{component}.{one.Layer}{LoraKey.UpSuffix}", one.Adapter.Up),
    ]);

    /// <summary>As they are saved.</summary>
    public IEnumerable<LoraTensors> Tensors =>
        adapters.Select(one => new LoraTensors(component, one.Layer, one.Adapter.Down.detach(), one.Adapter.Up.detach(), settings.Alpha));

    /// <summary>Turns their dropout on, for steps, or off, for pictures.</summary>
    public void SetDropout(bool isOn)
    {
        foreach (var (_, adapter) in adapters)
            adapter.Dropout = isOn ? settings.Dropout : 0;
    }

    /// <summary>Frees them; the network stays its owner's.</summary>
    public void Dispose()
    {
        foreach (var (_, adapter) in adapters)
        {
            adapter.Down.Dispose();
            adapter.Up.Dispose();
        }
        adapters.Clear();
    }
}
