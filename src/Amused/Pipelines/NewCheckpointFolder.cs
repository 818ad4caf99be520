namespace Amused.Pipelines;

/// <summary>A folder in which a checkpoint is about to be made: empty or missing before, and again if that goes wrong.</summary>
internal static class NewCheckpointFolder
{
    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="InvalidRequestException">The folder isn't empty.</exception>
    public static void Fill(string folder, Action write)
    {
        var existed = Directory.Exists(folder);
        if (existed && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new InvalidRequestException($"{folder}: the folder is not empty; a new checkpoint needs one that is empty or not there yet");
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

    /// <summary>Takes away what was written into a folder that was empty or missing before.</summary>
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
