using static TorchSharp.torch;

namespace Amused;

/// <summary>How a network's weights are held in memory.</summary>
/// <param name="Type">Their type; each is converted as it is used where activations have another one.</param>
/// <param name="IsOwnCopy">Whether they never are views of a mapped file: for training, which writes to all of them.</param>
internal readonly record struct ParameterStorage(ScalarType Type, bool IsOwnCopy = false);
