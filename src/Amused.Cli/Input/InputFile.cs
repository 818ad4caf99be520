namespace Amused.Cli.Input;

/// <summary>Files that the user names.</summary>
internal static class InputFile
{
    /// <summary>The path, when there is a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="option">The option that named it.</param>
    /// <exception cref="BrokenInputException">There is none, or what is there is none: a folder, a pipe, a device.</exception>
    public static string Require(string path, string option) =>
        Fault(path) is not { } fault ? path : throw new BrokenInputException($"{option}: {path} {fault}");

    private static string? Fault(string path) => Directory.Exists(path) ? "is a folder, a file is needed"
        : FileKind.Special(path) is { } kind ? $"is {kind}, a regular file is needed"
        : File.Exists(path) ? null : "does not exist";
}
