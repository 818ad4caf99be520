using System.CommandLine;
using System.Text;
using Amused.Cli.Input;
using Amused.Cli.Options;
using Amused.Cli.Reports;
using Amused.Cli.Running;
using Amused.Text;
using Amused.Weights.Hub;

namespace Amused.Cli.Commands;

/// <summary><c>amused tokenize</c>: the ids and pieces of a text, and what would be cut.</summary>
internal sealed class TokenizeCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly Argument<string?> text =
        new("TEXT") { Arity = ArgumentArity.ZeroOrOne, Description = "The text, in quotes. Not with --json, which reads standard input." };
    private readonly HubOptionSet hub = new();
    private readonly Option<bool> json = OutputOptions.JsonOption(
        "Reads standard input, one JSON string on each line, and writes {\"ids\": [...]} for each, start and end token included, "
            + "neither cut nor padded.");

    private readonly Option<string?> model = new DocumentedOption<string?>("--model", "FOLDER|ID",
        "The checkpoint, or a folder with a tokenizer alone (vocab.json and merges.txt).", ModelOptions.DefaultText,
        "--model amused/amused-256", "-m")
    { Group = OptionGroups.Model };

    public TokenizeCommand(Host host) : base("tokenize", "Show the ids and pieces of a text, and what would be cut.")
    {
        this.host = host;
        Add(text);
        Add(json);
        Add(model);
        hub.AddTo(this, variant: false);
        SetAction(Run);
    }

    public override IReadOnlyList<string> Examples =>
        ["amused tokenize \"a red fox\" --model amused/amused-256",
            "echo '\"a red fox\"' | amused tokenize --json --model ./my-model/tokenizer"];

    private void Run(ParseResult parse)
    {
        var asJson = parse.GetValue(json);
        var given = parse.GetValue(text);
        if (asJson && given is not null)
            throw new InvalidRequestException("tokenize --json reads standard input, a JSON string on each line: leave TEXT out");
        if (!asJson && given is null)
            throw new InvalidRequestException("tokenize needs a text: amused tokenize \"a red fox\"");
        var folder = HubRequests.Locate(ModelOptions.Name(parse.GetValue(model), host), hub.Read(parse), HubContent.Tokenizer, host);
        var inside = Path.Combine(folder, "tokenizer");
        var tokenizer = ClipTokenizer.Load(Directory.Exists(inside) ? inside : folder);
        if (asJson)
            WriteIds(tokenizer);
        else
            WriteTable(tokenizer, given!);
    }

    private void WriteTable(ClipTokenizer tokenizer, string prompt)
    {
        var ids = tokenizer.Tokenize(prompt);
        var encoded = tokenizer.Encode(prompt);
        var isCut = encoded.TokenCount > tokenizer.MaxLength;
        TextTable.Write(
            [.. ids.Select((id, place) =>
                new[] { $"{id}", tokenizer.Piece(id), isCut && place >= tokenizer.MaxLength - 1 && place < ids.Count - 1 ? "cut" : "" })],
                    host.Out);
        host.Out.WriteLine($"{encoded.TokenCount} tokens with start and end, {tokenizer.MaxLength} at most");
        if (encoded.Lost is { } lost)
            host.Out.WriteLine($"cut: {Lines.Single(lost)}");
    }

    private void WriteIds(ClipTokenizer tokenizer)
    {
        var output = new StringBuilder();
        for (var number = 1; host.ReadLine() is { } line; number++)
        {
            host.Cancellation.ThrowIfCancellationRequested();
            var prompt = JsonStrings.Parse(line)
                ?? throw new InvalidRequestException($"standard input, line {number}: not a JSON string such as \"a red fox\"");
            output.Clear().Append("{\"ids\":[").AppendJoin(',', tokenizer.Tokenize(prompt)).Append("]}");
            host.Out.WriteLine(output);
        }
    }
}
