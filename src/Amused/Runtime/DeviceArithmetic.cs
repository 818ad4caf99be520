using TorchSharp;

namespace Amused.Runtime;

/// <summary>What a device multiplies fast, as far as it decides on a <see cref="Precision"/>.</summary>
/// <param name="IsCard">Whether it is a graphics card.</param>
/// <param name="BFloat16">What multiplies bfloat16, in words that end "… has"; null: nothing does.</param>
/// <param name="Bytes">Whether bytes are multiplied.</param>
internal sealed record DeviceArithmetic(bool IsCard, string? BFloat16, bool Bytes)
{
    /// <summary>The processor's, as it says itself; whether libtorch can use its products of bytes is not asked.</summary>
    public static DeviceArithmetic OfProcessor { get; } = new(
        IsCard: false, Processor.HasTiles ? "AMX" : Processor.HasBFloat16 ? "AVX-512 BF16" : null, Processor.HasVnni);

    /// <summary>That of the device that networks run on; libtorch is loaded.</summary>
    public static DeviceArithmetic Of(torch.Device device) => device.type == DeviceType.CPU
        ? OfProcessor with { Bytes = Processor.HasVnni && StableInterface.HasInt8Products }
        : new(IsCard: true, CudaDriver.ComputeCapability(device.index) >= CudaDriver.FirstWithBFloat16 ? "bf16" : null, Bytes: false);
}
