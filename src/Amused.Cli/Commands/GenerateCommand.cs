using System.CommandLine;
using Amused.Cli.Input;
using Amused.Cli.Options;
using Amused.Cli.Running;

namespace Amused.Cli.Commands;

/// <summary><c>amused generate</c>: pictures from words.</summary>
internal sealed class GenerateCommand : GenerationCommand
{
    private readonly Option<string?> startingTokens = new DocumentedOption<string?>("--starting-tokens", "FILE",
        "Token ids to start from, in the form of --save-tokens, one grid for each picture or one for all; places that hold the mask token are filled in.",
        "all masked", "--starting-tokens tokens.json") { Group = OptionGroups.Sampling };

    public GenerateCommand(Host host) : base("generate", "Make pictures from words.", new TextToImageRequest(), host)
    {
        AddSharedOptions();
        Add(startingTokens);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused generate \"a red fox in the snow\" --model amused/amused-256",
        "amused generate \"a red fox\" --images-per-prompt 4 --seed 42 --output \"fox-{seed}.png\" -m amused/amused-512",
        "amused generate --prompt-file prompts.jsonl --json -m ./my-model",
        "amused generate \"a red fox\" --save-animation fox.webp --save-tokens fox.json --save-steps -m amused/amused-256",
    ];

    protected override JobInputs ReadInputs(ParseResult parse, GenerationRequest settings)
    {
        var tokens = parse.GetValue(startingTokens);
        if (tokens is null)
            return new(request => request);
        if ((settings.Width ?? settings.Height) is not null)
            throw new InvalidRequestException("--starting-tokens gives the size: leave --width and --height out");
        InputFile.Require(tokens, startingTokens.Name);
        return new(request => (TextToImageRequest)request with { StartingTokens = TokenFile.Load(tokens) }) { StartingTokensFile = tokens };
    }
}
