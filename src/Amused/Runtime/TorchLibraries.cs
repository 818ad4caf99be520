namespace Amused.Runtime;

/// <summary>The native libraries in the process.</summary>
/// <param name="TorchCpu">libtorch's operators for the CPU.</param>
/// <param name="TorchSharp">TorchSharp's native half.</param>
/// <param name="HasCuda">Whether this libtorch was built for CUDA.</param>
/// <param name="Versions">Their versions.</param>
internal sealed record TorchLibraries(nint TorchCpu, nint TorchSharp, bool HasCuda, TorchVersions Versions);
