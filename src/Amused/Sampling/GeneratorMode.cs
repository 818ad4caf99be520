namespace Amused.Sampling;

/// <summary>How the images of a batch share random numbers.</summary>
public enum GeneratorMode
{
    /// <summary>A generator for each image: it is the same alone as in a batch, token for token in float32.</summary>
    PerImage,

    /// <summary>One generator for the whole batch: the draws, and the order of images, of the published implementation.</summary>
    Shared,
}
