namespace Amused.Training;

/// <summary>What turns gradients into updates.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="Training.AdamW"/> for all.</summary>
    AdamW,

    /// <summary><see cref="Training.Muon"/> for matrices and convolutions, AdamW for the rest.</summary>
    Muon,
}
