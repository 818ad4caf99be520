namespace Amused.Server;

/// <summary>A LoRA of a request.</summary>
public sealed record LoraBody
{
    /// <summary>Its name, as <c>GET /api/loras</c> lists it.</summary>
    public required string Name { get; init; }

    /// <summary>Its strength: 1 (the default) is as it was trained, 0 nothing.</summary>
    public double? Scale { get; init; }
}
