namespace Amused.Runtime;

/// <summary>What a wish for a precision comes to on a device.</summary>
/// <param name="Precision">Never <see cref="Precision.Auto"/>; <see cref="Precision.Int8"/> only where bytes can be multiplied.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record PrecisionChoice(Precision Precision, string Reason)
{
    /// <summary>Decides by what the processor has; libtorch isn't needed for it, nor asked whether it can use that.</summary>
    /// <param name="wish">What was asked for.</param>
    /// <param name="isOnCpu">Whether networks run on the CPU.</param>
    /// <param name="isQuantized">Whether the checkpoint's U-ViT is kept in bytes.</param>
    /// <exception cref="InvalidRequestException">Bytes are asked for on a graphics card.</exception>
    public static PrecisionChoice Of(Precision wish, bool isOnCpu, bool isQuantized) => Of(wish, isOnCpu, isQuantized, Processor.HasVnni);

    /// <inheritdoc cref="Of(Precision, bool, bool)"/>
    /// <param name="wish">What was asked for.</param>
    /// <param name="isOnCpu">Whether networks run on the CPU.</param>
    /// <param name="isQuantized">Whether the checkpoint's U-ViT is kept in bytes.</param>
    /// <param name="multipliesBytes">Whether processor and libtorch multiply bytes.</param>
    internal static PrecisionChoice Of(Precision wish, bool isOnCpu, bool isQuantized, bool multipliesBytes) => wish switch
    {
        Precision.Int8 when !isOnCpu => throw new InvalidRequestException("the precision int8 is for the CPU: use bf16 or fp16 on a graphics card"),
        Precision.Int8 => multipliesBytes
            ? new(Precision.Int8, "as asked")
            : new(Precision.Float32, "this processor (or this libtorch) does not multiply bytes, so int8 weights are computed with in fp32"),
        Precision.Auto when !isOnCpu => new(Precision.BFloat16, "graphics cards multiply bf16"),
        Precision.Auto when isQuantized && multipliesBytes => new(Precision.Int8, "the checkpoint is quantised and the processor has AVX-512 VNNI"),
        Precision.Auto when Processor.HasTiles => new(Precision.BFloat16, "the processor has AMX"),
        Precision.Auto when Processor.HasBFloat16 => new(Precision.BFloat16, "the processor has AVX-512 BF16"),
        Precision.Auto => new(Precision.Float32, "the processor has no arithmetic for bf16"),
        _ => new(wish, "as asked"),
    };
}
