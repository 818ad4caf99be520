using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Amused.Runtime;

/// <summary>The arithmetic that a model is held and run in.</summary>
public enum Precision
{
    /// <summary>32-bit floating point: the answers of the published implementation.</summary>
    Float32,

    /// <summary>bfloat16: half the memory; several times faster on processors that have its instructions.</summary>
    BFloat16,

    /// <summary>
    /// IEEE half precision: half the memory. A CPU has no fast arithmetic for it, so there weights are stored in half precision and
    /// each is widened to float32 as it is used.
    /// </summary>
    Float16,
}

/// <summary>The types behind a <see cref="Precision"/>.</summary>
internal static class PrecisionTypes
{
    /// <summary>The type that weights are kept in.</summary>
    public static torch.ScalarType StorageType(this Precision precision) => precision switch
    {
        Precision.Float32 => torch.ScalarType.Float32,
        Precision.BFloat16 => torch.ScalarType.BFloat16,
        Precision.Float16 => torch.ScalarType.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(precision)),
    };

    /// <summary>The type that activations have on <paramref name="device"/>.</summary>
    public static torch.ScalarType ComputeType(this Precision precision, torch.Device device) =>
        precision == Precision.Float16 && device.type == DeviceType.CPU ? torch.ScalarType.Float32 : precision.StorageType();

    /// <summary>
    /// What a user should know where the device has no arithmetic for bfloat16, so that each product takes some ten times as long as in float32 (x64 processors without
    /// AVX-512); null elsewhere.
    /// </summary>
    public static string? SlownessOn(this Precision precision, torch.Device device) =>
        precision == Precision.BFloat16 && device.type == DeviceType.CPU && X86Base.IsSupported && !Avx512F.IsSupported
            ? "this processor has no arithmetic for bf16, which is some ten times slower here than fp32"
            : null;
}
