using System.CommandLine;
using Amused.Cli.Input;
using Amused.Cli.Options;
using Amused.Cli.Running;

namespace Amused.Cli.Commands;

/// <summary>What the commands that make pictures share: words, sampling, output and model, from a command line or from each line of a prompt file.</summary>
internal abstract class GenerationCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly GenerationRequest kind;
    private readonly PromptOptions prompts = new();
    private readonly RequestOptions settings;
    private readonly OutputOptions output = new();
    private readonly ModelOptions model = new();
    private readonly LoraOptions loras = new();

    /// <param name="name">The command's name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="kind">A request of its kind, with nothing in it.</param>
    /// <param name="host">Where it runs.</param>
    protected GenerationCommand(string name, string description, GenerationRequest kind, Host host) : base(name, description)
    {
        (this.host, this.kind, settings) = (host, kind, RequestOptions.Of(kind));
        prompts.AddTo(this);
        SetAction(parse => new JobRunner(host, parse.GetValue(output.Json)).Execute(Jobs(parse)));
    }

    /// <summary>Adds the shared options that come after the command's own in help.</summary>
    protected void AddSharedOptions()
    {
        settings.AddTo(this);
        output.AddTo(this);
        model.AddTo(this);
        loras.AddTo(this);
    }

    /// <summary>Reads what this command alone knows.</summary>
    protected abstract JobInputs ReadInputs(ParseResult parse, GenerationRequest settings);

    private IReadOnlyList<GenerationJob> Jobs(ParseResult parse)
    {
        if (parse.GetValue(prompts.PromptFile) is not { } file)
            return [Job(parse, origin: null)];
        if (parse.GetValue(prompts.Argument) is not null || parse.GetResult(prompts.Prompt) is not null)
            throw new InvalidRequestException("prompts come from --prompt-file or from the command line, not from both");
        var lines = PromptFile.Read(file, host);
        return [.. lines.Select(line => Job(parse, line))];
    }

    private GenerationJob Job(ParseResult parse, PromptLine line) => PromptLine.InLine(line.Origin, () =>
    {
        // Checked as a command line is, by the same parser.
        var root = (RootCommand)parse.RootCommandResult.Command;
        return Job(CommandLine.Parse(root, CommandWords.Merge(parse, line)), line.Origin);
    });

    private GenerationJob Job(ParseResult parse, string? origin)
    {
        var request = settings.Apply(kind, parse);
        var (words, negativeWords) = (prompts.Read(parse), parse.GetValue(prompts.NegativePrompt) ?? []);
        var inputs = ReadInputs(parse, request);
        var job = new GenerationJob
        {
            Command = Name,
            Origin = origin,
            Model = model.Read(parse, host),
            Loras = loras.Read(parse),
            Prompts = words,
            NegativePrompts = negativeWords,
            Inputs = inputs,
            Request = request,
            Seeds = SeedPlan.Create(
                [.. settings.ValuesOf(parse, "seed").Cast<long>()],
                settings.ValuesOf(parse, "images-per-prompt") is [int count] ? count : null,
                GenerationJob.RowsOf(words, negativeWords, inputs), request.Generator),
            Output = output.Read(parse),
        };
        job.CheckRows();
        return job;
    }
}
