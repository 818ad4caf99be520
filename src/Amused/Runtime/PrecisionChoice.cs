namespace Amused.Runtime;

/// <summary>What a wish for a precision comes to on a device.</summary>
/// <param name="Precision">Never <see cref="Precision.Auto"/>; <see cref="Precision.Int8"/> only where bytes can be multiplied.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record PrecisionChoice(Precision Precision, string Reason)
{
    /// <summary>Decides by what the device has.</summary>
    /// <param name="wish">What was asked for.</param>
    /// <param name="device">Where networks run.</param>
    /// <param name="isQuantized">Whether the checkpoint's U-ViT is kept in bytes.</param>
    /// <exception cref="InvalidRequestException">Bytes are asked for on a graphics card.</exception>
    internal static PrecisionChoice Of(Precision wish, DeviceArithmetic device, bool isQuantized) => wish switch
    {
        Precision.Int8 when device.IsCard =>
            throw new InvalidRequestException("the precision int8 is for the CPU: use bf16 or fp16 on a graphics card"),
        Precision.Int8 => device.Bytes
            ? new(Precision.Int8, "as asked")
            : new(Precision.Float32,
                "this processor (or this libtorch) does not multiply bytes, so int8 weights are computed with in fp32"),
        Precision.Auto when device.IsCard => device.BFloat16 is not null
            ? new(Precision.BFloat16, "the graphics card has bf16")
            : new(Precision.Float16, "the graphics card has no arithmetic for bf16"),
        Precision.Auto when isQuantized && device.Bytes =>
            new(Precision.Int8, "the checkpoint is quantised and the processor has AVX-512 VNNI"),
        Precision.Auto when device.BFloat16 is { } units => new(Precision.BFloat16, $"the processor has {units}"),
        Precision.Auto => new(Precision.Float32, "the processor has no arithmetic for bf16"),
        _ => new(wish, "as asked"),
    };
}
