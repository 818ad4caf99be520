using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Amused.Runtime;

/// <summary>The arithmetic that a model is held and run in.</summary>
public enum Precision
{
    /// <summary>
    /// 32-bit floating point: the answers of the published implementation, token for token; and each picture of a batch is the one that it
    /// is alone. Both are promised for this precision only.
    /// </summary>
    Float32,

    /// <summary>bfloat16: half the memory; several times faster on processors that have its instructions.</summary>
    BFloat16,

    /// <summary>
    /// IEEE half precision: half the memory. A CPU has no fast arithmetic for it, so there weights are stored in half precision and
    /// each is widened to float32 as it is used.
    /// </summary>
    Float16,

    /// <summary>
    /// Products of bytes: the matrices of linear layers are quantised for each output channel as they are read, activations for each token
    /// as they are used; the rest is bfloat16. About a third of the memory, and the fastest on a processor with AVX-512 VNNI; logits come
    /// out slightly different. Elsewhere weights are made float32, and the answers are those of
    /// <see cref="Float32"/> but for what quantised files lack.
    /// </summary>
    Int8,

    /// <summary>
    /// The fastest that is safe, and the default: <see cref="Int8"/> for a checkpoint that is quantised already (on a processor with
    /// AVX-512 VNNI), else <see cref="BFloat16"/> where the processor has AVX-512 BF16 or AMX, else <see cref="Float32"/>; on a graphics
    /// card <see cref="BFloat16"/>, or <see cref="Float16"/> on one older than Ampere. A checkpoint that isn't quantised is not quantised
    /// unasked: bytes change its logits by about a percent, which only who knows the model can judge.
    /// </summary>
    Auto,
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
        // What isn't in bytes.
        Precision.Int8 => torch.ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(precision)),
    };

    /// <summary>The type that activations have on <paramref name="device"/>.</summary>
    public static torch.ScalarType ComputeType(this Precision precision, torch.Device device) =>
        precision == Precision.Float16 && device.type == DeviceType.CPU ? torch.ScalarType.Float32 : precision.StorageType();

    /// <summary>
    /// What a user should know where the device has no arithmetic for bfloat16, so that each product takes some ten times as long as in
    /// float32 (x64 processors without AVX-512); null elsewhere.
    /// </summary>
    public static string? SlownessOn(this Precision precision, torch.Device device) =>
        precision == Precision.BFloat16 && device.type == DeviceType.CPU && X86Base.IsSupported && !Avx512F.IsSupported
            ? "this processor has no arithmetic for bf16, which is some ten times slower here than fp32"
            : null;
}
