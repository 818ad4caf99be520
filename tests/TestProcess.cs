using System.Runtime.CompilerServices;
using Amused.Runtime;

namespace Amused.Testing;

/// <summary>What every project of tests does before its first test.</summary>
internal static class TestProcess
{
    /// <summary>
    /// Changes of libtorch what the command line changes, so that pictures of this process and of the tool's are the same to the bit; and keeps
    /// tensors for a while, as tests add and compare them outside of scopes. Tests call TorchSharp directly, and nothing says which does so first.
    /// </summary>
    [ModuleInitializer]
    internal static void LoadTorch()
    {
        TorchTuning.Use([.. TorchTuning.CommandLine, TorchTuning.TensorQuarantine]);
        TorchRuntime.EnsureLoaded();
    }
}
