namespace Amused.Training;

/// <summary>The files of a data set's folder.</summary>
internal static class FolderFiles
{
    // Hidden files and folders are left alone.
    private static readonly EnumerationOptions OneFolder = new() { IgnoreInaccessible = false };

    /// <summary>
    /// All files of a folder and of those below it, in ordinal order, so that the data order doesn't depend on the file system. Links to folders are followed; a folder
    /// that was listed already, such as one above the link, is not listed again.
    /// </summary>
    /// <param name="folder">The folder. Paths begin as it is given.</param>
    /// <param name="report">Is told of links that were not followed; null: nobody is.</param>
    /// <exception cref="BrokenInputException">There is no such folder, or one may not be listed.</exception>
    public static string[] List(string folder, DataReport? report = null)
    {
        List<string> files = [];
        HashSet<string> listed = [];
        // Folders before links, so that each is found by its own name rather than a link's.
        Queue<(string Path, string Real)> folders = [], links = [];
        try
        {
            folders.Enqueue((Path.TrimEndingDirectorySeparator(folder), RealFile.At(folder).FullName));
            while (folders.TryDequeue(out var next) || links.TryDequeue(out next))
            {
                if (!listed.Add(next.Real))
                {
                    report?.LeaveOut(Path.GetRelativePath(folder, next.Path), "links to folders that were read already");
                    continue;
                }
                foreach (var entry in new DirectoryInfo(next.Path).EnumerateFileSystemInfos("*", OneFolder).OrderBy(entry => entry.Name, StringComparer.Ordinal))
                {
                    var path = Path.Join(next.Path, entry.Name);
                    if (!entry.Attributes.HasFlag(FileAttributes.Directory))
                        files.Add(path);
                    else if (entry.LinkTarget is null)
                        folders.Enqueue((path, Path.Join(next.Real, entry.Name)));
                    else
                        links.Enqueue((path, RealFile.At(path).FullName));
                }
            }
        }
        catch (DirectoryNotFoundException cause)
        {
            throw FileFault.Of(folder, "there is no such folder", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(folder, $"cannot be listed: {FileFault.Printable(cause.Message)}", cause);
        }

        files.Sort(StringComparer.Ordinal);
        return [.. files];
    }
}
