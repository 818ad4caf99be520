using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>Where the native libraries of an application lie: beside it, under <c>runtimes/</c>, or where its host says.</summary>
/// <param name="folders">The folders to look in, in this order; those that do not exist are passed over.</param>
internal sealed class NativeFiles(IEnumerable<string> folders)
{
    /// <summary>The version of libtorch that our TorchSharp is made for.</summary>
    internal const string LibTorchVersion = "2.10.0";

    private readonly string[] folders = [.. folders.Where(Directory.Exists).Distinct()];

    /// <summary>The system and processor that natives are packed for: <c>linux-x64</c>, whatever the distribution.</summary>
    internal static string PortableRuntimeIdentifier { get; } =
        (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-")
        + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The package with libtorch for this system's CPU, or null where there is none.</summary>
    internal static string? LibTorchPackage =>
        PortableRuntimeIdentifier is "linux-x64" or "win-x64" or "osx-arm64" ? $"libtorch-cpu-{PortableRuntimeIdentifier}" : null;

    /// <summary>The folders of the running application.</summary>
    internal static NativeFiles OfApplication()
    {
        var hostFolders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return new NativeFiles([
            .. hostFolders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", PortableRuntimeIdentifier, "native"),
        ]);
    }

    /// <summary>The full path of a library.</summary>
    /// <param name="name">Its name without the system's prefix and suffix: <c>torch_cpu</c>.</param>
    /// <returns>The path, or null when no folder has it.</returns>
    internal string? Find(string name) =>
        folders.Select(folder => Path.Combine(folder, FileName(name))).FirstOrDefault(File.Exists);

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
}
