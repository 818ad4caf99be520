using System.CommandLine;

namespace Amused.Cli.Options;

/// <summary>What is written, and where.</summary>
internal sealed class OutputOptions
{
    public const string DefaultPicture = "out.png";

    public Option<string?> Output { get; } = new DocumentedOption<string?>("--output", "FILE",
        "The picture's file: .png (which carries prompt and settings), .jpg or .webp. May hold {index}, {seed} and {prompt}; pictures that would have the same name are numbered: "
        + "out-0.png, out-1.png, …. A folder means out.png in it. Missing folders are made, existing files replaced.",
        DefaultPicture, "--output \"foxes/{seed}.png\"", "-o") { Group = OptionGroups.Output };

    public Option<string?> SaveTokens { get; } = new DocumentedOption<string?>("--save-tokens", "FILE",
        "Also writes the final token ids as JSON: {\"tokens\": images × rows × columns}.", "none", "--save-tokens tokens.json") { Group = OptionGroups.Output };

    public Option<bool> SaveSteps { get; } = new DocumentedOption<bool>("--save-steps", "",
        "With --save-tokens: also the tokens after each step, under \"steps\" (steps × images × rows × columns).", "off", "--save-tokens tokens.json --save-steps") { Group = OptionGroups.Output };

    public Option<string?> SaveAnimation { get; } = new DocumentedOption<string?>("--save-animation", "FILE",
        "Also writes the picture as it fills in, a frame for each step, places that are still masked dimmed and hatched; .png or .webp.", "none", "--save-animation fox.webp") { Group = OptionGroups.Output };

    public Option<bool> Json { get; } = JsonOption("One line of JSON for each picture on standard output: path, seed, prompt, seconds of each stage, peak memory in bytes.");

    public void AddTo(Command command)
    {
        command.Add(Output);
        command.Add(SaveTokens);
        command.Add(SaveSteps);
        command.Add(SaveAnimation);
        command.Add(Json);
    }

    /// <exception cref="InvalidRequestException">Steps without tokens.</exception>
    public OutputChoice Read(ParseResult parse)
    {
        var choice = new OutputChoice(parse.GetValue(Output) ?? DefaultPicture, parse.GetValue(SaveTokens), parse.GetValue(SaveSteps), parse.GetValue(SaveAnimation));
        if (choice.SaveSteps && choice.Tokens is null)
            throw new InvalidRequestException("--save-steps adds to the file of --save-tokens, which is missing: --save-tokens tokens.json --save-steps");
        return choice;
    }

    public static Option<bool> JsonOption(string summary) =>
        new DocumentedOption<bool>("--json", "", summary, "off: words for people", "--json") { Group = OptionGroups.Output };
}

/// <summary>What one call writes.</summary>
/// <param name="Pictures">The name, or pattern, of pictures.</param>
/// <param name="Tokens">The file of token ids.</param>
/// <param name="SaveSteps">Whether that file also holds each step's.</param>
/// <param name="Animations">The name, or pattern, of animations.</param>
internal sealed record OutputChoice(string Pictures, string? Tokens, bool SaveSteps, string? Animations);
