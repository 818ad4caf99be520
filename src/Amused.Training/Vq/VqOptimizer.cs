namespace Amused.Training.Vq;

/// <summary>What turns gradients into updates.</summary>
public enum VqOptimizer
{
    /// <summary><see cref="Optimizers.Muon"/> for the convolutions, AdamW for the rest.</summary>
    Muon,

    /// <summary>AdamW for all.</summary>
    AdamW,
}
