using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>The versions of the two libraries that a <see cref="TuningMeasure"/> is made for, or of those in the process.</summary>
/// <param name="TorchSharp">The version of TorchSharp; null: any, or unknown.</param>
/// <param name="LibTorch">The version of libtorch; null: any, or unknown.</param>
internal sealed record TorchVersions(Version? TorchSharp, Version? LibTorch)
{
    /// <summary>Those that the measures that reach into libtorch were written for and tried with.</summary>
    public static TorchVersions Known { get; } = new(new(0, 107, 0), new(2, 10, 0));

    /// <summary>No matter which.</summary>
    public static TorchVersions Any { get; } = new(null, null);

    /// <summary>Those in this process. libtorch tells its own, so that a file of another version than TorchSharp's is noticed.</summary>
    /// <param name="torchCpu">libtorch_cpu, loaded.</param>
    public static unsafe TorchVersions Of(nint torchCpu)
    {
        var torchSharp = typeof(TorchSharp.torch).Assembly.GetName().Version is { } version
            ? new Version(version.Major, version.Minor, version.Build)
            : null;
        if (!NativeLibrary.TryGetExport(torchCpu, "aoti_torch_abi_version", out var export))
            return new(torchSharp, null);
        // One byte each for major, minor and patch, from the top.
        var packed = ((delegate* unmanaged<ulong>)export)();
        return new(torchSharp, new((byte)(packed >> 56), (byte)(packed >> 48), (byte)(packed >> 40)));
    }

    /// <summary>Why what is made for these versions is not for others; null: it is.</summary>
    public string? Mismatch(TorchVersions present) =>
        Mismatch("TorchSharp", TorchSharp, present.TorchSharp) ?? Mismatch("libtorch", LibTorch, present.LibTorch);

    /// <summary>The versions in words: <c>TorchSharp 0.107.0, libtorch 2.10.0</c>.</summary>
    public override string ToString()
    {
        string[] named = [.. Named("TorchSharp", TorchSharp), .. Named("libtorch", LibTorch)];
        return named.Length == 0 ? "any version" : string.Join(", ", named);
    }

    private static string? Mismatch(string library, Version? madeFor, Version? present) =>
        madeFor is null || madeFor == present
            ? null
            : $"for {library} {madeFor} only, and this is {present?.ToString() ?? "an unknown version"}";

    private static string[] Named(string library, Version? version) => version is null ? [] : [$"{library} {version}"];
}
