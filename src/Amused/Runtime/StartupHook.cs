using System.Runtime.Loader;
using Amused.Runtime;

/// <summary>
/// What .NET calls before <c>Main</c> in programs that reference the package (its build files register it). It costs such a program
/// nothing until TorchSharp looks for its native library in vain, as it does on systems with an older libstdc++.
/// </summary>
/// <remarks>Name, lack of a namespace and signature are .NET's rules for start-up hooks.</remarks>
internal static class StartupHook
{
    /// <summary>Called by the runtime.</summary>
    public static void Initialize() =>
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += static (_, name) =>
            name == TorchRuntime.TorchSharpLibrary ? TorchRuntime.TorchSharpHandle : IntPtr.Zero;
}
