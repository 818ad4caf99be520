namespace Amused.Server;

/// <summary>How large requests may be; what is larger is refused before work is spent on it.</summary>
public sealed record ServerLimits
{
    /// <summary>The most bytes of a request's body.</summary>
    /// <value>The default value is 32 MiB.</value>
    public long BodyBytes { get; init; } = 32 << 20;

    /// <summary>The most pixels of a picture that is sent in, read from its header before it is decoded.</summary>
    /// <value>The default value is 16,777,216, 4,096 × 4,096.</value>
    public long PicturePixels { get; init; } = 1 << 24;

    /// <summary>The most characters of a prompt.</summary>
    /// <value>The default value is 4,000.</value>
    public int PromptLength { get; init; } = 4000;

    /// <summary>The most pictures of a request.</summary>
    /// <value>The default value is 10.</value>
    public int Images { get; init; } = 10;

    /// <summary>The most sampling steps.</summary>
    /// <value>The default value is 200.</value>
    public int Steps { get; init; } = 200;

    /// <summary>The most pixels of a picture that is made.</summary>
    /// <value>The default value is 1,048,576, 1,024 × 1,024.</value>
    public int OutputPixels { get; init; } = 1 << 20;

    /// <summary>The most connections at once.</summary>
    /// <value>The default value is 1,024.</value>
    public int Connections { get; init; } = 1024;
}
