using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>The engine's element types beside those of the safetensors format.</summary>
internal static class EngineTypes
{
    private static readonly (SafetensorsDtype Stored, ScalarType Engine)[] Pairs =
    [
        (SafetensorsDtype.Bool, ScalarType.Bool),
        (SafetensorsDtype.U8, ScalarType.Byte),
        (SafetensorsDtype.I8, ScalarType.Int8),
        (SafetensorsDtype.I16, ScalarType.Int16),
        (SafetensorsDtype.I32, ScalarType.Int32),
        (SafetensorsDtype.I64, ScalarType.Int64),
        (SafetensorsDtype.F16, ScalarType.Float16),
        (SafetensorsDtype.BF16, ScalarType.BFloat16),
        (SafetensorsDtype.F32, ScalarType.Float32),
        (SafetensorsDtype.F64, ScalarType.Float64),
        (SafetensorsDtype.C64, ScalarType.ComplexFloat32),
    ];

    /// <summary>The engine's type, or null where it has none.</summary>
    public static ScalarType? ToScalarType(this SafetensorsDtype dtype)
    {
        foreach (var (stored, engine) in Pairs)
        {
            if (stored == dtype)
                return engine;
        }
        return null;
    }

    /// <summary>The format's type.</summary>
    /// <exception cref="InvalidRequestException">The format has none (complex double, quantised).</exception>
    public static SafetensorsDtype ToSafetensors(this ScalarType type)
    {
        foreach (var (stored, engine) in Pairs)
        {
            if (engine == type)
                return stored;
        }
        throw new InvalidRequestException(
            $"Tensors of type {type} cannot be written to safetensors; convert them to float32, float16 or bfloat16.");
    }

    /// <summary>Bytes per element.</summary>
    public static int ByteSize(this ScalarType type) => type.ToSafetensors().ByteSize();
}
