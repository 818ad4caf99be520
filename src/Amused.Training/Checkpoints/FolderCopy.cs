namespace Amused.Training;

/// <summary>Copies a part of a checkpoint as it is, byte for byte.</summary>
internal static class FolderCopy
{
    /// <summary>Makes a folder hold exactly the files of another one; nothing happens where they are the same folder.</summary>
    public static void Replace(string from, string to)
    {
        if (RealFile.IsSame(from, to))
            return;
        if (Directory.Exists(to))
            Directory.Delete(to, recursive: true);
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            NewFile.Write(Path.Combine(to, Path.GetFileName(file)), stream =>
            {
                using var source = File.OpenRead(file);
                source.CopyTo(stream);
            });
    }
}
