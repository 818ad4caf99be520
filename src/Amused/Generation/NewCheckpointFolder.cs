namespace Amused;

/// <summary>A folder that is to become a checkpoint: whole, or left as it was.</summary>
internal static class NewCheckpointFolder
{
    /// <summary>Whether there is no such folder yet, or nothing in it.</summary>
    public static bool IsNew(string folder) => !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any();

    /// <summary>Fills the folder.</summary>
    /// <param name="folder">It must be empty or missing.</param>
    /// <param name="write">Writes the checkpoint into it.</param>
    /// <exception cref="InvalidRequestException">The folder isn't empty.</exception>
    /// <remarks>Whatever goes wrong while it is written, the folder is empty or missing afterwards, as it was.</remarks>
    public static void Fill(string folder, Action write)
    {
        var existed = Directory.Exists(folder);
        if (!IsNew(folder))
            throw new InvalidRequestException(
                $"{folder}: the folder is not empty; a new checkpoint needs one that is empty or not there yet");
        try
        {
            write();
        }
        catch
        {
            Remove(folder, keepFolder: existed);
            throw;
        }
    }

    private static void Remove(string folder, bool keepFolder)
    {
        if (!Directory.Exists(folder))
            return;
        try
        {
            Directory.Delete(folder, recursive: true);
            if (keepFolder)
                Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong before says more.
        }
    }
}
