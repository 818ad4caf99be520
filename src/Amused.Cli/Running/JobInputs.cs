namespace Amused.Cli.Running;

/// <summary>What one of the generating commands knows beyond the others.</summary>
/// <param name="AddTo">Puts what it is made from into its kind of request; reads the files, so it may fail.</param>
internal sealed record JobInputs(Func<GenerationRequest, GenerationRequest> AddTo)
{
    /// <summary>The files of pictures, for each row of the batch or one for all; empty without.</summary>
    public IReadOnlyList<string> ImageFiles { get; init; } = [];

    /// <summary>The files of masks, likewise.</summary>
    public IReadOnlyList<string> MaskFiles { get; init; } = [];

    /// <summary>The file of starting tokens; null without.</summary>
    public string? StartingTokensFile { get; init; }
}
