namespace Amused.Training;

/// <summary>The pictures that are not trained on, and by which a run is judged: always the same ones, whole.</summary>
public sealed record VqValidationSettings
{
    /// <summary>A data set of them, of any kind.</summary>
    /// <value>The default value is null: a share of the training's pictures is kept back.</value>
    public string? Source { get; init; }

    /// <summary>Without <see cref="Source"/>: the share that is kept back; 0: none, and the run is not judged.</summary>
    /// <value>0 to below 1. The default value is 0.02.</value>
    public double Share { get; init; } = 0.02;

    /// <summary>How many are reconstructed, at most.</summary>
    /// <value>At least 1. The default value is 32.</value>
    public int Images { get; init; } = 32;

    /// <summary>How many of these are shown, originals over reconstructions.</summary>
    /// <value>At least 1. The default value is 8.</value>
    public int Shown { get; init; } = 8;

    /// <summary>After how many updates each; also at the end of each phase.</summary>
    /// <value>At least 1. The default value is 500.</value>
    public long Every { get; init; } = 500;

    internal void Validate()
    {
        Range.AtLeastOne(("validation.images", Images), ("validation.shown", Shown), ("validation.every", Every));
        Range.BelowOne(("validation.share", Share));
    }
}
