namespace Amused.Cli.Input;

/// <summary>Files that the user names.</summary>
internal static class InputFile
{
    /// <summary>The path, when there is a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="option">The option that named it.</param>
    /// <exception cref="BrokenInputException">There is none.</exception>
    public static string Require(string path, string option) =>
        File.Exists(path) ? path
        : throw new BrokenInputException(Directory.Exists(path) ? $"{option}: {path} is a folder, a file is needed" : $"{option}: {path} does not exist");
}
