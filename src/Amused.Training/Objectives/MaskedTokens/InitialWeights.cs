using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Takes the weights of the trained networks, and nothing else, from another run's checkpoint or from a folder in the published layout.</summary>
internal static class InitialWeights
{
    /// <summary>Puts the weights in place.</summary>
    /// <exception cref="BrokenInputException">They are missing, or of another shape.</exception>
    public static void Take(string folder, TrainedModels models)
    {
        if (File.Exists(Path.Combine(folder, TrainingCheckpoint.WeightsName)))
        {
            TrainingCheckpoint.ReadWeights(folder, models.Parameters);
            return;
        }
        QuantizedCheckpoint.Refuse(folder, variant: null);
        var source = CheckpointFolder.Open(folder);
        foreach (var network in models.Networks.Where(network => network.Settings.Mode == TrainingMode.Full))
            Take(source, network.Component, models.Models.Parameters[network.Component]);
    }

    private static void Take(CheckpointFolder folder, string component, ParameterSet parameters)
    {
        using var noGrad = no_grad();
        using var source = folder.OpenWeights(component, rename: component == Component.TextEncoder ? CheckpointKeys.ClipText : null);
        foreach (var (name, parameter) in parameters)
        {
            using var stored = source.Take(name, parameter.shape, ParameterInit.Zeros);
            parameter.copy_(stored);
        }
        source.ThrowIfLeftOver();
    }
}
