using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// What is trained, and how: its weights, whatever turns examples into updates of them, and how the result is saved. <see cref="TrainingLoop"/> does the rest. An update is the
/// objective's own affair: it may have two optimizers, or two networks.
/// </summary>
internal interface ITrainingObjective : IDisposable
{
    /// <summary>What is trained, by name: a checkpoint keeps it.</summary>
    IEnumerable<KeyValuePair<string, Tensor>> Weights { get; }

    /// <summary>All else that a resumed run must find again: the optimizers' state, averages, counts. The same tensors in the same order each time.</summary>
    IEnumerable<KeyValuePair<string, Tensor>> State { get; }

    /// <summary>Adds what tells the model that the run starts from from others.</summary>
    void AddTo(RunIdentity identity);

    /// <summary>Saves the result, averaged where there is an average.</summary>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    void Save(string folder);

    /// <summary>Saves what a checkpoint has for people to use, beside what the run goes on from.</summary>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    void SaveBeside(string folder);
}
