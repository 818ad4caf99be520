
namespace Amused.Server;

/// <summary>What a server serves, where, and within which bounds.</summary>
public sealed record ServerOptions
{
    /// <summary>
    /// Where it listens: <c>http://127.0.0.1:8080</c>. Anything but a loopback address needs <see cref="ApiKeys"/> or
    /// <see cref="AllowAnyone"/>.
    /// </summary>
    /// <value>The default value is http://127.0.0.1:8080.</value>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8080"];

    /// <summary>
    /// Where clients find it, when a proxy stands before it: <c>https://pictures.example</c>. Its page works from there, and addresses of
    /// pictures begin so. Anything but a loopback name needs
    /// <see cref="ApiKeys"/> or <see cref="AllowAnyone"/>.
    /// </summary>
    /// <value>The default value is null: where it listens.</value>
    public string? PublicUrl { get; init; }

    /// <summary>The models; the first serves requests that name none.</summary>
    public required IReadOnlyList<ModelEntry> Models { get; init; }

    /// <summary>How models are found and held.</summary>
    /// <value>The default value is the fastest precision that is safe, on the CPU.</value>
    public LoadOptions Loading { get; init; } = new();

    /// <summary>Whether the first model is loaded before the server says that it is ready; the others are loaded at first use.</summary>
    /// <value>The default value is true.</value>
    public bool LoadAtStart { get; init; } = true;

    /// <summary>
    /// The most bytes that the weights of loaded models may take together; idle models make room, the one that was used longest ago first.
    /// </summary>
    /// <value>The default value is null: no limit.</value>
    public long? MemoryLimit { get; init; }

    /// <summary>The folder whose LoRAs requests may name.</summary>
    /// <value>The default value is null: none.</value>
    public string? LoraFolder { get; init; }

    /// <summary>The folder of the history: pictures as files and an index.</summary>
    /// <value>The default value is null: nothing is kept.</value>
    public string? DataFolder { get; init; }

    /// <summary>How much of the history is kept.</summary>
    /// <value>The default value is all.</value>
    public RetentionLimits Retention { get; init; } = new();

    /// <summary>Which sizes the OpenAI interface makes.</summary>
    /// <value>The default value is <see cref="SizePolicy.Exact"/>.</value>
    public SizePolicy Sizes { get; init; } = SizePolicy.Exact;

    /// <summary>How many requests may wait; one more is refused with 429.</summary>
    /// <value>The default value is 64.</value>
    public int QueueLimit { get; init; } = 64;

    /// <summary>How many images are under way at once, at least 1; they share forward passes.</summary>
    /// <value>The default value is 8.</value>
    public int BatchLimit { get; init; } = 8;

    /// <summary>The keys of which a request must bring one, as <c>Authorization: Bearer …</c>.</summary>
    /// <value>The default value is empty: no key is asked for.</value>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Whether an address that others can reach may be listened to without a key.</summary>
    /// <value>The default value is false.</value>
    public bool AllowAnyone { get; init; }

    /// <summary>How large requests may be.</summary>
    /// <value>The default value is that of <see cref="ServerLimits"/>.</value>
    public ServerLimits Limits { get; init; } = new();

    /// <summary>Whether the log holds prompts; traces never do.</summary>
    /// <value>The default value is false.</value>
    public bool LogPrompts { get; init; }

    /// <summary>Whether logs are lines of JSON.</summary>
    /// <value>The default value is false: a line of text each.</value>
    public bool JsonLogs { get; init; }

    /// <summary>How long requests that are under way may take once the server has been told to stop.</summary>
    /// <value>The default value is five minutes.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
