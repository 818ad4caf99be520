using Amused.Weights;

namespace Amused.Training;

/// <summary>Checkpoints whose matrices are kept as bytes, which lack what training would go on from.</summary>
internal static class QuantizedCheckpoint
{
    /// <summary>Refuses such a checkpoint.</summary>
    /// <exception cref="BrokenInputException">It is quantised.</exception>
    public static void Refuse(string folder, string? variant)
    {
        var checkpoint = CheckpointFolder.Open(folder);
        if (new[] { Component.Transformer, Component.TextEncoder }.Any(component => checkpoint.Has(component) && checkpoint.IsQuantized(component, variant)))
            throw new BrokenInputException($"{folder}: the checkpoint is quantised, and bytes can't be trained: start from the checkpoint that it was made of");
    }
}
