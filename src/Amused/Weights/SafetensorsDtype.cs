namespace Amused.Weights;

/// <summary>
/// An element type of the safetensors format. The order is that of the format's reference implementation, which writes
/// tensors in descending order of it: the widest first, so that each tensor of a file is aligned to its own element size.
/// </summary>
public enum SafetensorsDtype
{
    /// <summary>One byte per truth value.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>8-bit floating point, 5 bits of exponent.</summary>
    F8E5M2,

    /// <summary>8-bit floating point, 4 bits of exponent.</summary>
    F8E4M3,

    /// <summary>8-bit power of two (a scale).</summary>
    F8E8M0,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a float32.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Complex number of two float32.</summary>
    C64,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,
}

/// <summary>Names and sizes of the element types.</summary>
public static class SafetensorsDtypes
{
    // In the order of the enum.
    private static readonly string[] FileNames =
    [
        "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "I16", "U16", "F16", "BF16", "I32", "U32", "F32", "C64", "F64", "I64", "U64",
    ];

    /// <summary>The type's name in a file's header: <c>F32</c>, <c>BF16</c>, <c>F8_E4M3</c>, ….</summary>
    public static string FileName(this SafetensorsDtype dtype) => FileNames[(int)dtype];

    /// <summary>Bytes per element: 1, 2, 4 or 8.</summary>
    public static int ByteSize(this SafetensorsDtype dtype) => dtype switch
    {
        <= SafetensorsDtype.F8E8M0 => 1,
        <= SafetensorsDtype.BF16 => 2,
        <= SafetensorsDtype.F32 => 4,
        _ => 8,
    };

    /// <summary>True for the floating-point types: those that a loader may convert to another precision.</summary>
    public static bool IsFloatingPoint(this SafetensorsDtype dtype) => FileNames[(int)dtype].Contains('F', StringComparison.Ordinal);

    internal static bool TryParse(string fileName, out SafetensorsDtype dtype)
    {
        var index = Array.IndexOf(FileNames, fileName);
        dtype = (SafetensorsDtype)Math.Max(index, 0);
        return index >= 0;
    }
}
