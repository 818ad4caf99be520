namespace Amused.Weights;

/// <summary>Weights as PyTorch's own pickles: an old form of published checkpoints, whose reading runs what stands in it.</summary>
internal static class PickledWeights
{
    /// <summary>Why they are refused.</summary>
    public const string Reason = "a format that can hide programs and is not read";

    /// <summary>The first of a folder's file names that is one; null when none is.</summary>
    public static string? Among(IEnumerable<string> fileNames) =>
        fileNames.FirstOrDefault(name => Path.GetExtension(name) is ".bin" or ".ckpt" or ".pt" or ".pth");
}
