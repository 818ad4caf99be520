namespace Amused.Training.Configuration;

/// <summary>What turns gradients into updates.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="Optimizers.AdamW"/> for all.</summary>
    AdamW,

    /// <summary><see cref="Optimizers.Muon"/> for matrices and convolutions, AdamW for the rest.</summary>
    Muon,
}
