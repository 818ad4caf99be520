using System.CommandLine;

namespace Amused.Cli.Options;

/// <summary>The words: prompts and negative prompts, given one by one or in a file.</summary>
/// <param name="batch">Whether a call may have several prompts.</param>
internal sealed class PromptOptions(bool batch = true)
{
    public Argument<string?> Argument { get; } = new("PROMPT")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The prompt, in quotes. Text that begins with a dash goes after -- or behind --prompt=.",
    };

    public Option<string[]?> Prompt { get; } = new DocumentedOption<string[]?>("--prompt", "TEXT",
        (batch ? "The prompt; given several times, a batch of pictures." : "The prompt.")
            + " Cut at the model's length with start and end (77 tokens, the model in the box 32), which is said.", "the argument PROMPT",
            "--prompt \"a red fox\"", "-p")
    {
        Group = OptionGroups.Words,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string[]?> NegativePrompt { get; } = new DocumentedOption<string[]?>("--negative-prompt", "TEXT",
        "What the pictures should not show"
            + (batch ? "; once for all prompts, or once for each." : "."), "the empty prompt", "--negative-prompt \"low quality, ugly\"",
            "-n")
    {
        Group = OptionGroups.Words,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string?> PromptFile { get; } = new DocumentedOption<string?>("--prompt-file", "FILE",
        "A file with a prompt on each line (- for standard input). A line may be a JSON object with any option under its long name, "
        + "{\"prompt\": \"a fox\", \"seed\": 3, \"steps\": 8}, which then goes before the command line's.",
        "none", "--prompt-file prompts.txt") { Group = OptionGroups.Words };

    public void AddTo(Command command)
    {
        command.Add(Argument);
        command.Add(Prompt);
        command.Add(NegativePrompt);
        if (batch)
            command.Add(PromptFile);
    }

    /// <summary>The prompts of one call.</summary>
    /// <exception cref="InvalidRequestException">There is none, or both an argument and <c>--prompt</c>.</exception>
    public IReadOnlyList<string> Read(ParseResult parse)
    {
        var repeated = parse.GetValue(Prompt) ?? [];
        return (parse.GetValue(Argument), repeated) switch
        {
            (null, []) =>
                throw new InvalidRequestException($"no prompt: amused {parse.CommandResult.Command.Name} \"a red fox in the snow\""),
            (null, _) => repeated,
            ({ } prompt, []) => [prompt],
            ({ } prompt, _) =>
                throw new InvalidRequestException(
                    $"both --prompt and the prompt '{Lines.Shorten(prompt, 40)}': use one of "
                    + $"them{(batch ? ", --prompt several times for a batch" : "")}"),
        };
    }
}
