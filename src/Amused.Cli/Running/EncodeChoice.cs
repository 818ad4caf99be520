using Amused.Cli.Options;
using Amused.Training;

namespace Amused.Cli.Running;

/// <summary>What the command line says of encoding; null where it says nothing.</summary>
internal sealed record EncodeChoice
{
    public required DataSettings Data { get; init; }

    public string? Model { get; init; }

    public string? Vqvae { get; init; }

    public string? Tokenizer { get; init; }

    public int? TextLength { get; init; }

    public required HubChoice Hub { get; init; }

    public required string Device { get; init; }

    public EncodedText? Text { get; init; }

    public int? Passes { get; init; }

    public required int Seed { get; init; }

    public int? BatchSize { get; init; }

    public int? ShardSize { get; init; }

    public bool Force { get; init; }

    public required string Output { get; init; }

    /// <summary>Refuses models that are named in no way, or in two.</summary>
    /// <exception cref="InvalidRequestException">They are.</exception>
    public void ThrowIfContradictory()
    {
        var hasParts = Vqvae is not null && Tokenizer is not null;
        if (Model is null ? !hasParts : (Vqvae ?? Tokenizer) is not null)
            throw new InvalidRequestException("either --model (a checkpoint) must be given, or --vqvae with --tokenizer (for a model from nothing), and not both");
        if (Model is not null && TextLength is not null)
            throw new InvalidRequestException("--text-length is for a model from nothing, with --vqvae and --tokenizer; a checkpoint has its own");
        if (Model is null && Text == EncodedText.States)
            throw new InvalidRequestException("--text states needs a text tower, which only --model has; without one, ids are kept");
    }
}
