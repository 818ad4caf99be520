
namespace Amused.Cli.Running;

/// <summary>What one of the generating commands knows beyond the others.</summary>
/// <param name="CreateRequest">Makes its kind of request, without what all kinds share; reads the files, so it may fail.</param>
internal sealed record JobInputs(Func<GenerationRequest> CreateRequest)
{
    /// <summary>The files of pictures, for each row of the batch or one for all; empty without.</summary>
    public IReadOnlyList<string> ImageFiles { get; init; } = [];

    /// <summary>The files of masks, likewise.</summary>
    public IReadOnlyList<string> MaskFiles { get; init; } = [];

    /// <summary>The file of starting tokens; null without.</summary>
    public string? StartingTokensFile { get; init; }

    /// <summary>The width that was asked for, in pixels; null: the model's own, or that of the pictures.</summary>
    public int? Width { get; init; }

    /// <summary>The height, likewise.</summary>
    public int? Height { get; init; }
}
