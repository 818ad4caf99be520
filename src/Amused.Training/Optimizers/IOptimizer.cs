using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Updates named parameters by their gradients. Parameters without a gradient are left alone.</summary>
internal interface IOptimizer : ITrainingState, IDisposable
{
    /// <summary>The parameters that are trained, by name.</summary>
    IEnumerable<KeyValuePair<string, Tensor>> Parameters { get; }

    /// <summary>Updates every parameter that has a gradient. Gradients stay as they are.</summary>
    /// <param name="learningRate">The learning rate of this update.</param>
    /// <param name="gradientScale">What gradients are multiplied with first: below 1 to clip them or to take a loss scale off. The default is 1.</param>
    void Step(double learningRate, double gradientScale = 1);

    /// <summary>Forgets all gradients, and frees their memory for the next forward pass.</summary>
    void ClearGradients();
}
