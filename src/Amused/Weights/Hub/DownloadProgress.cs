namespace Amused.Weights.Hub;

/// <summary>How far a download is. Counts cover the files that were missing at its start; resumed bytes count as done.</summary>
/// <param name="File">The file that these news are about, by its path in the repository.</param>
/// <param name="BytesDone">Bytes of all files so far. Goes back when a file must start over.</param>
/// <param name="BytesTotal">Bytes of all files together.</param>
/// <param name="FilesDone">Files that are complete and checked.</param>
/// <param name="FilesTotal">Files together.</param>
/// <param name="FileBytesDone">Bytes of <paramref name="File"/> so far.</param>
/// <param name="FileBytesTotal">Its size.</param>
public sealed record DownloadProgress(
    string File, long BytesDone, long BytesTotal, int FilesDone, int FilesTotal, long FileBytesDone, long FileBytesTotal);
