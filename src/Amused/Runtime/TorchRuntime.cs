using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>
/// Brings libtorch and TorchSharp's native half into the process, on systems too where TorchSharp alone would fail.
/// </summary>
/// <remarks>
/// <para>
/// TorchSharp 0.107.0 asks for GLIBCXX_3.4.32 (GCC 13). Debian 12 and Ubuntu 22.04 stop at 3.4.30, and there its first call throws.
/// The dynamic linker takes a library that is already in the process before it looks for the file, so it is enough that a copy that
/// asks for less (<see cref="PatchedCopy"/>) is loaded before TorchSharp's first call. That copy lives in memory only.
/// </para>
/// <para>
/// Everything in this library that touches a tensor calls <see cref="EnsureLoaded"/> by itself. A program that calls TorchSharp on its
/// own account before it calls Amused is served by the start-up hook that the package registers, or calls this method first.
/// </para>
/// </remarks>
public static class TorchRuntime
{
    /// <summary>The name by which TorchSharp asks for its native half.</summary>
    internal const string TorchSharpLibrary = "LibTorchSharp";

    // Two steps, because TorchSharp may be what asks for the first one, in the midst of its own start, and the second one uses TorchSharp.
    private static readonly Lazy<TorchLibraries> loaded = new(Load);
    private static readonly Lazy<bool> prepared = new(Prepare);

    /// <summary>
    /// Loads libtorch (some 0.2 s the first time) and changes of it what <see cref="TorchTuning"/> says. May be called any number of
    /// times from any thread; only the first call does anything.
    /// </summary>
    /// <exception cref="BrokenInputException">libtorch is not among the application's files, or cannot be loaded on this system.</exception>
    /// <exception cref="InvalidRequestException">The environment variable <c>AMUSED_TUNING</c> names a measure that there isn't.</exception>
    public static void EnsureLoaded() => _ = prepared.Value;

    /// <summary>Whether the libtorch of this application was built for CUDA; says nothing of a graphics card.</summary>
    internal static bool IsCudaBuild => loaded.Value.HasCuda;

    /// <summary>The versions of TorchSharp and libtorch in this process.</summary>
    internal static TorchVersions Versions => loaded.Value.Versions;

    /// <summary>TorchSharp's native half, loaded; nothing of TorchSharp is called for it.</summary>
    internal static IntPtr TorchSharpHandle => loaded.Value.TorchSharp;

    /// <summary>libtorch's operators for the CPU, loaded.</summary>
    internal static IntPtr TorchCpuHandle => loaded.Value.TorchCpu;

    private static bool Prepare()
    {
        TorchTuning.Reach(TuningMoment.WhenReady, loaded.Value);
        return true;
    }

    private static TorchLibraries Load()
    {
        var files = NativeFiles.OfApplication();
        var torchCpu = files.Find("torch_cpu") ?? throw new BrokenInputException(HowToGetLibTorch);

        TorchTuning.Reach(TuningMoment.BeforeLoading, null);
        // In the order of their dependencies: whatever comes later finds the earlier ones in the process and searches no folder.
        // torch_cuda only exists in builds for CUDA; torch itself is a stub that binds the others together.
        foreach (var name in (ReadOnlySpan<string>)["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"])
            if (files.Find(name) is { } path)
                LoadOrExplain(path, NativeLibrary.Load);
        var torchSharp = LoadTorchSharp(files);
        var torchCpuHandle = NativeLibrary.Load(torchCpu);
        TorchLibraries libraries = new(torchCpuHandle, torchSharp, HasCuda: files.Find("torch_cuda") is not null, TorchVersions.Of(torchCpuHandle));
        TorchTuning.Reach(TuningMoment.WhenLoaded, libraries);
        return libraries;
    }

    private static IntPtr LoadTorchSharp(NativeFiles files)
    {
        var path = files.Find(TorchSharpLibrary) ?? throw new BrokenInputException(
            $"TorchSharp has no native library for {NativeFiles.PortableRuntimeIdentifier} among this application's files: "
            + "it is made for linux-x64, win-x64 and osx-arm64");
        if (NativeLibrary.TryLoad(path, out var handle))
            return handle;
        return LoadOrExplain(path, OperatingSystem.IsLinux() ? PatchedCopy.Load : NativeLibrary.Load);
    }

    private static IntPtr LoadOrExplain(string path, Func<string, IntPtr> load)
    {
        try
        {
            return load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The runtime's own message has one line for each place that it tried.
            throw new BrokenInputException($"cannot load {path}: {e.Message.ReplaceLineEndings("\n").Split('\n', 2)[0]}", e);
        }
    }

    private static string HowToGetLibTorch => NativeFiles.LibTorchPackage is { } package
        ? $"libtorch is not among this application's files: dotnet add package {package} --version {NativeFiles.LibTorchVersion}"
        : $"libtorch {NativeFiles.LibTorchVersion} has no package for {NativeFiles.PortableRuntimeIdentifier}: it is made for linux-x64, win-x64 and osx-arm64";
}
