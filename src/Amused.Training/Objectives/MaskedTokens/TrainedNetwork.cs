using Amused.Lora;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>What is trained of one network: nothing, its own weights, or LoRAs over some of its layers.</summary>
internal sealed class TrainedNetwork : IDisposable
{
    private readonly TrainedLoras? loras;

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
            loras = new(component, LoraTargets.Find(parameters, settings.Lora.Targets), settings.Lora, seed, device);
        Parameters = settings.Mode == TrainingMode.Full
            ? [.. parameters.Select(parameter => KeyValuePair.Create($"{component}.{parameter.Key}", parameter.Value))]
            : [.. loras?.Parameters ?? []];
        foreach (var (_, parameter) in Parameters)
            parameter.requires_grad_();
    }

    public string Component { get; }

    public NetworkSettings Settings { get; }

    /// <summary>What is trained, by checkpoint keys with the component before them; float32 leaves.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters { get; }

    public bool IsTrained => Settings.Mode != TrainingMode.Frozen;

    /// <summary>The LoRAs as they are saved.</summary>
    public IEnumerable<LoraTensors> Loras => loras?.Tensors ?? [];

    /// <summary>Turns the LoRAs' dropout on, for steps, or off, for pictures.</summary>
    public void SetDropout(bool isOn) => loras?.SetDropout(isOn);

    /// <summary>Frees the LoRAs; the network's own weights stay its owner's.</summary>
    public void Dispose() => loras?.Dispose();
}
