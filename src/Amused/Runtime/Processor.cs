using System.Runtime.Intrinsics.X86;

namespace Amused.Runtime;

/// <summary>What this processor can do fast: the instructions that decide which <see cref="Precision"/> pays.</summary>
/// <remarks>.NET knows AVX2 and AVX-512; of the others the processor is asked itself (CPUID, leaf 7).</remarks>
public static class Processor
{
    private static readonly (int Eax, int Ecx, int Edx) Leaf = Ask();

    /// <summary>AVX2 with fused multiply-add: vectors of 256 bits.</summary>
    public static bool HasAvx2 => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>AVX-512 (F, BW, DQ and VL): vectors of 512 bits.</summary>
    public static bool HasAvx512 => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported;

    /// <summary>AVX-512 VNNI: products of unsigned and signed bytes.</summary>
    public static bool HasVnni => HasAvx512 && IsSet(Leaf.Ecx, 11);

    /// <summary>AVX-512 BF16: products of bfloat16.</summary>
    public static bool HasBFloat16 => HasAvx512 && IsSet(Leaf.Eax, 5);

    /// <summary>AMX with bfloat16: products of whole tiles.</summary>
    public static bool HasTiles => HasAvx512 && IsSet(Leaf.Edx, 22) && IsSet(Leaf.Edx, 24);

    /// <summary>The names of those that are there, as processors' manuals write them; empty on other architectures.</summary>
    public static IReadOnlyList<string> Instructions =>
    [
        .. new (bool IsThere, string Name)[] { (HasAvx2, "AVX2"), (HasAvx512, "AVX-512"), (HasVnni, "AVX-512 VNNI"),
            (HasBFloat16, "AVX-512 BF16"), (HasTiles, "AMX") }
            .Where(known => known.IsThere).Select(known => known.Name),
    ];

    private static bool IsSet(int register, int bit) => (register & (1 << bit)) != 0;

    /// <summary>EAX of leaf 7's second part, ECX and EDX of its first.</summary>
    private static (int, int, int) Ask()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
            return default;
        var (parts, _, ecx, edx) = X86Base.CpuId(7, 0);
        return (parts >= 1 ? X86Base.CpuId(7, 1).Eax : 0, ecx, edx);
    }
}
