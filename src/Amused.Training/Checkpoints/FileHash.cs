using System.Security.Cryptography;

namespace Amused.Training;

/// <summary>The SHA-256 of files.</summary>
internal static class FileHash
{
    /// <summary>In lower-case hexadecimal digits.</summary>
    /// <exception cref="BrokenInputException">The file cannot be read.</exception>
    public static string Of(string path) => FileFault.Reading(path, () =>
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    });
}
