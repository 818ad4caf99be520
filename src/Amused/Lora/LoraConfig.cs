using System.Text.RegularExpressions;
using Amused.Weights;

namespace Amused.Lora;

/// <summary>What PEFT's <c>adapter_config.json</c> says of strengths; other keys don't matter to what a LoRA adds.</summary>
internal sealed record LoraConfig
{
    /// <summary>The rank of layers that <see cref="RankPattern"/> doesn't name.</summary>
    public int? R { get; init; }

    /// <summary>The alpha of layers that <see cref="AlphaPattern"/> doesn't name.</summary>
    public double? LoraAlpha { get; init; }

    /// <summary>Ranks by regular expressions over the ends of layers' names.</summary>
    public Dictionary<string, int>? RankPattern { get; init; }

    /// <summary>Alphas, likewise.</summary>
    public Dictionary<string, double>? AlphaPattern { get; init; }

    /// <summary>Whether the product is divided by the rank's square root instead of the rank (rsLoRA: Kalajdzievski, 2023).</summary>
    public bool UseRslora { get; init; }

    public double? AlphaOf(string layer) => Match(AlphaPattern, layer) ?? LoraAlpha;

    public int? RankOf(string layer) => Match(RankPattern, layer) ?? R;

    /// <summary>The config in a file's text.</summary>
    /// <exception cref="BrokenInputException">It isn't JSON, or holds something of another type, or a pattern that can't be read.</exception>
    public static LoraConfig Read(string path, ReadOnlySpan<byte> json)
    {
        var config = ConfigJson.Read<LoraConfig>(path, json);
        IEnumerable<string> patterns = [.. config.RankPattern?.Keys ?? Enumerable.Empty<string>(), .. config.AlphaPattern?.Keys ?? Enumerable.Empty<string>()];
        foreach (var pattern in patterns)
            if (Expression(pattern) is null)
                throw FileFault.Of(path, $"the pattern {FileFault.Quote(pattern)} is no regular expression that can be used");
        return config;
    }

    private static T? Match<T>(Dictionary<string, T>? patterns, string layer) where T : struct
    {
        foreach (var (pattern, value) in patterns ?? [])
            if (Expression(pattern)!.IsMatch(layer))
                return value;
        return null;
    }

    // Without backtracking: a file must not be able to keep the program busy.
    private static Regex? Expression(string pattern)
    {
        try
        {
            return new($@"^(.*\.)?({pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception cause) when (cause is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
