namespace Amused.Runtime;

/// <summary>The names of precisions on the command line, and in the settings that pictures carry.</summary>
internal static class PrecisionNames
{
    /// <summary>Those that a network runs in.</summary>
    public static readonly (string Word, Precision Value)[] All =
        [("auto", Precision.Auto), ("fp32", Precision.Float32), ("bf16", Precision.BFloat16), ("int8", Precision.Int8),
            ("fp16", Precision.Float16)];

    /// <summary>Those that weights are written in by <c>init</c>.</summary>
    public static readonly (string Word, Precision Value)[] Stored =
        [("fp32", Precision.Float32), ("bf16", Precision.BFloat16), ("fp16", Precision.Float16)];

    public static string[] Words => [.. All.Select(name => name.Word)];

    public static string Of(Precision precision) => All.First(name => name.Value == precision).Word;
}
