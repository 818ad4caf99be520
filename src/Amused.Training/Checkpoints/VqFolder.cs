namespace Amused.Training;

/// <summary>Where a VQGAN lies that is named by a checkpoint, by a run of <c>train-vq</c>, or by its own folder.</summary>
internal static class VqFolder
{
    /// <summary>The folder <c>vqvae</c> inside the named one, where there is one; else the named one itself.</summary>
    /// <exception cref="BrokenInputException">There is no such folder.</exception>
    public static string Of(string named)
    {
        var inside = Path.Combine(named, Component.Vqvae);
        if (Directory.Exists(inside))
            return inside;
        return Directory.Exists(named) ? named : throw new BrokenInputException($"there is no folder {FileFault.Quote(named)}: name a checkpoint, a run of train-vq, or the folder vqvae");
    }
}
