using System.Runtime.CompilerServices;
using Amused.Runtime;

namespace Amused.Tests;

internal static class ModuleSetup
{
    /// <summary>Before any test: tests call TorchSharp directly, and nothing says which does so first.</summary>
    [ModuleInitializer]
    internal static void LoadTorch() => TorchRuntime.EnsureLoaded();
}
