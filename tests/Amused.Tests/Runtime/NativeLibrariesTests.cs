using System.IO.MemoryMappedFiles;
using System.Text.RegularExpressions;
using Amused.Runtime;
using Xunit;

namespace Amused.Tests.Runtime;

/// <summary>
/// Whether what we ship would load on Ubuntu 22.04: its C and C++ libraries have to provide each symbol version that is asked for.
/// </summary>
public partial class NativeLibrariesTests
{
    // What glibc 2.35 and GCC 12.3's libstdc++ and libgcc provide at the most, as Ubuntu 22.04 has them (Debian 12: the same or more).
    private static readonly Dictionary<string, Version> newest = new()
    {
        ["GLIBC"] = new(2, 35),
        ["GLIBCXX"] = new(3, 4, 30),
        ["CXXABI"] = new(1, 3, 13),
        ["GCC"] = new(12, 0, 0),
    };

    public static TheoryData<string> Libraries =>
        [.. Directory.GetFiles(Path.GetDirectoryName(NativeFiles.OfApplication().Find("torch_cpu"))!, "*.so*")
            .Select(path => Path.GetFileName(path)!)];

    [Fact]
    public void The_libraries_that_make_a_picture_are_all_looked_at()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "symbol versions are Linux's");
        foreach (var name in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so", "libSkiaSharp.so"])
            Assert.Contains(name, Libraries.Select(row => row.Data));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Libraries))]
    public void A_native_library_asks_for_nothing_that_ubuntu_22_04_lacks(string name)
    {
        var needs = ReadVersionNeeds(name);
        var lacking = needs.Where(need => !need.IsWeak && IsTooNew(need.Version)).Select(need => need.Version);
        if (name == "libLibTorchSharp.so")
            // The one that the runtime marks weak, in case no newer TorchSharp has cured it; see PatchedCopy.
            Assert.All(lacking, version => Assert.Equal(PatchedCopy.MissingVersion, version));
        else
            Assert.Empty(lacking);
    }

    [Fact]
    public void TorchSharp_still_asks_for_the_new_version_by_the_one_unused_symbol_only()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "symbol versions are Linux's");
        var need = Assert.Single(ReadVersionNeeds("libLibTorchSharp.so"), need => need.Version == PatchedCopy.MissingVersion);
        Assert.Equal([PatchedCopy.UnusedSymbol], need.Symbols);
    }

    private static bool IsTooNew(string version) =>
        VersionName().Match(version) is { Success: true } match
            ? Version.Parse(match.Groups[2].Value) > newest[match.Groups[1].Value]
            : !version.StartsWith("GOMP_", StringComparison.Ordinal) && !version.StartsWith("OMP_", StringComparison.Ordinal);

    [GeneratedRegex(@"^(GLIBC|GLIBCXX|CXXABI|GCC)_([0-9]+(?:\.[0-9]+)+)$")]
    private static partial Regex VersionName();

    private static unsafe IReadOnlyList<VersionNeed> ReadVersionNeeds(string name)
    {
        var folder = Path.GetDirectoryName(NativeFiles.OfApplication().Find("torch_cpu"))!;
        using var file = MemoryMappedFile.CreateFromFile(Path.Combine(folder, name), FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            return ElfFile.Parse(new ReadOnlySpan<byte>(start, checked((int)view.Capacity))).VersionNeeds;
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
