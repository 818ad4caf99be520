using System.CommandLine;
using System.Globalization;

namespace Amused.Cli.Options;

/// <summary>Which LoRAs are applied to the model, and how strongly.</summary>
internal sealed class LoraOptions
{
    private const double LargestScale = 1e6;

    public Option<string[]?> Lora { get; } = new DocumentedOption<string[]?>("--lora", "FILE[:SCALE]",
        "A LoRA to apply: a safetensors file in PEFT's layout, or a folder with one, and its strength behind a colon: 1 is as trained, "
            + "0 nothing. Given several times, they add up.",
        "none", "--lora style.safetensors:0.8")
    {
        Group = OptionGroups.Model,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<IReadOnlyList<float>?> Alpha { get; } = new DocumentedOption<IReadOnlyList<float>?>("--lora-alpha", "A[,A…]",
        "The alpha of LoRAs whose files don't say it; one number for all, or one for each --lora. A file's own goes first.",
        "their rank, and told", "--lora style.safetensors --lora-alpha 32")
    {
        Group = OptionGroups.Model,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.Numbers(0, LargestScale),
    };

    public Option<bool> Fuse { get; } = new DocumentedOption<bool>("--fuse-lora", "",
        "Adds the LoRAs to the weights before sampling: steps then take as long as without them, for the memory of the layers that "
            + "they change once more.", "off", "--lora style.safetensors --fuse-lora")
    { Group = OptionGroups.Model };

    public void AddTo(Command command)
    {
        command.Add(Lora);
        command.Add(Alpha);
        command.Add(Fuse);
    }

    /// <exception cref="InvalidRequestException">A strength is no number, or the lists don't go together.</exception>
    /// <exception cref="BrokenInputException">A file doesn't exist.</exception>
    public LoraChoices Read(ParseResult parse)
    {
        var (files, alphas) = (parse.GetValue(Lora) ?? [], parse.GetValue(Alpha) ?? []);
        if (files.Length == 0 && (alphas.Count > 0 || parse.GetValue(Fuse)))
            throw new InvalidRequestException(
                $"{(alphas.Count > 0 ? Alpha.Name : Fuse.Name)} is for LoRAs, and there is none: --lora style.safetensors");
        if (alphas.Count > 1 && alphas.Count != files.Length)
            throw new InvalidRequestException(
                $"--lora-alpha: {alphas.Count} numbers for {files.Length} LoRAs: give one for all, or one for each");
        return new([.. files.Select((file, index) => Choice(file, alphas.Count == 0 ? null : alphas[alphas.Count == 1 ? 0 : index]))],
            parse.GetValue(Fuse));
    }

    private static LoraChoice Choice(string text, float? alpha)
    {
        // A path may have colons of its own.
        var colon = Exists(text) ? -1 : text.LastIndexOf(':');
        var file = colon < 0 ? text : text[..colon];
        if (!Exists(file))
            throw new BrokenInputException($"--lora: {(colon >= 0 && IsScale(text[(colon + 1)..], out _) ? file : text)} does not exist");
        var scale = 1.0;
        if (colon >= 0 && !IsScale(text[(colon + 1)..], out scale))
            throw new InvalidRequestException(
                $"--lora: '{text[(colon + 1)..]}' behind the colon is not a number of at most "
                + $"{LargestScale.ToString(CultureInfo.InvariantCulture)}; for example --lora {file}:0.8");
        return new(file, scale, alpha);
    }

    private static bool IsScale(string text, out double scale) => OptionValues.ParseNumber(text, -LargestScale, LargestScale, out scale);

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);
}

/// <summary>The LoRAs of a call, in order.</summary>
/// <param name="Files">The files and their strengths.</param>
/// <param name="Fuse">Whether they become part of the weights.</param>
internal sealed record LoraChoices(IReadOnlyList<LoraChoice> Files, bool Fuse)
{
    public static LoraChoices None { get; } = new([], false);

    public bool Equals(LoraChoices? other) => other is not null && Fuse == other.Fuse && Files.SequenceEqual(other.Files);

    public override int GetHashCode() => HashCode.Combine(Files.Count, Fuse);
}

/// <summary>A LoRA and its strength.</summary>
/// <param name="File">The file, or a folder with it.</param>
/// <param name="Scale">1 is as trained.</param>
/// <param name="Alpha">The alpha where the file doesn't say it; null: its rank.</param>
internal sealed record LoraChoice(string File, double Scale, float? Alpha);
