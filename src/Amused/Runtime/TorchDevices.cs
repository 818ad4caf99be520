using System.Globalization;
using TorchSharp;

namespace Amused.Runtime;

/// <summary>Reads the names of devices, as users write them.</summary>
public static class TorchDevices
{
    /// <summary>Gives the device of a name, ready for use. A device that isn't there is refused; nothing falls back to the CPU.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> (the first graphics card) or <c>cuda:N</c>, N counted from 0.</param>
    /// <returns>The device; libtorch is loaded.</returns>
    /// <exception cref="InvalidRequestException">
    /// The name is none of these, this build of libtorch has no CUDA, or the machine has no such card.
    /// </exception>
    /// <exception cref="BrokenInputException">libtorch cannot be loaded.</exception>
    public static torch.Device Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var index = name switch
        {
            "cpu" => -1,
            "cuda" => 0,
            _ when name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new InvalidRequestException($"device '{name}' is unknown: use cpu, cuda, or cuda:N with N counted from 0"),
        };

        TorchRuntime.EnsureLoaded();
        if (index < 0)
            return torch.CPU;
        RequireCuda(name, index);
        return torch.device(DeviceType.CUDA, index);
    }

    private static void RequireCuda(string name, int index)
    {
        if (!TorchRuntime.IsCudaBuild)
            throw new InvalidRequestException(
                $"device '{name}' is not in this build, whose libtorch is for the CPU only: in a clone, AmusedTorch=cuda ./amused … "
                    + "(or -p:AmusedTorch=cuda) builds one for CUDA; "
                + "in a project, reference libtorch-cuda-12.8-linux-x64 (win-x64) in place of the libtorch-cpu package");
        var count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (count == 0)
            throw new InvalidRequestException(
                $"device '{name}' is not there: no NVIDIA card with a driver for CUDA 12.8 was found; use cpu");
        if (index >= count)
            throw new InvalidRequestException($"device '{name}' is not there: this machine has cuda:0 to cuda:{count - 1}");
    }
}
