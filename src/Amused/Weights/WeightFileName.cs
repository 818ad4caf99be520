using System.Text.RegularExpressions;

namespace Amused.Weights;

/// <summary>The name of a file by which a component's weights are found: a safetensors file, or the index of several.</summary>
/// <param name="Stem"><c>diffusion_pytorch_model</c> or <c>model</c>.</param>
/// <param name="Variant">The word that tells one set of weights from another, or null.</param>
/// <param name="FileName">The whole name.</param>
/// <param name="IsIndex">Whether it is an index.</param>
internal sealed partial record WeightFileName(string Stem, string? Variant, string FileName, bool IsIndex)
{
    /// <summary>The parts of a name, or null when it isn't one of these: shards, too, are found through their index only.</summary>
    public static WeightFileName? Parse(string fileName)
    {
        var match = Pattern().Match(fileName);
        if (!match.Success)
            return null;
        var variant = match.Groups["variant"] is { Success: true } group ? group.Value : null;
        return new(match.Groups["stem"].Value, variant, fileName, fileName.EndsWith(".json", StringComparison.Ordinal));
    }

    /// <summary>
    /// The names among a folder's files by which weights are found, the preferred ones first. Where both a single file and an index stand
    /// beside each other, each library of the published implementation prefers another one: diffusers ("diffusion_pytorch_model") the
    /// index, transformers ("model") the single file.
    /// </summary>
    public static IReadOnlyList<WeightFileName> Among(IEnumerable<string> fileNames) =>
    [
        .. fileNames
        .Select(Parse)
        .OfType<WeightFileName>()
        .OrderBy(name => name.Stem, StringComparer.Ordinal)
        .ThenBy(name => name.IsIndex == (name.Stem == "model")),
    ];

    /// <summary>Refuses a variant by which no weights could be found, or none of their own.</summary>
    /// <exception cref="InvalidRequestException">It is no word of letters, digits, - and _, or looks like a shard's number.</exception>
    public static void RequireVariant(string? variant)
    {
        if (variant is not null && !VariantPattern().IsMatch(variant))
            throw new InvalidRequestException(
                $"{FileFault.Quote(variant)} is no variant: write the word before .safetensors in the files' names, such as fp16");
    }

    [GeneratedRegex(@"^[A-Za-z0-9_\-]+(?<!-\d{5}-of-\d{5})\z")]
    private static partial Regex VariantPattern();

    // The variant's place in an index's name: today before "json", in older diffusers before "index", elsewhere before "safetensors".
    [GeneratedRegex("""
        ^(?<stem>diffusion_pytorch_model|model)
        ( (\.(?<variant>[^.]+)(?<!-\d{5}-of-\d{5}))? \.safetensors
        | \.safetensors\.index (\.(?<variant>[^.]+))? \.json
        | \.(?<variant>[^.]+)\.safetensors\.index\.json
        | \.safetensors\.(?<variant>[^.]+)\.index\.json
        )$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
