namespace Amused.Weights.Hub;

/// <summary>
/// How to fetch a model from the hub. What is left null comes from the environment, by the same variables and defaults that the hub's
/// Python client has, so that both share one cache and one login.
/// </summary>
public sealed record HubOptions
{
    /// <summary>A branch, a tag or a commit.</summary>
    /// <value>The default is null: <c>main</c>.</value>
    public string? Revision { get; init; }

    /// <summary>The word before the weights' extension, such as <c>fp16</c> in <c>diffusion_pytorch_model.fp16.safetensors</c>.</summary>
    /// <value>The default is null: the plain files. A component without the variant is an error, never another file instead.</value>
    public string? Variant { get; init; }

    /// <summary>Which files are wanted.</summary>
    /// <value>The default is <see cref="HubContent.Pipeline"/>.</value>
    public HubContent Content { get; init; } = HubContent.Pipeline;

    /// <summary>The hub's cache: the folder that holds <c>models--org--name</c>.</summary>
    /// <value>
    /// The default is null: <c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>, else <c>XDG_CACHE_HOME/huggingface/hub</c>, else
    /// <c>~/.cache/huggingface/hub</c>.
    /// </value>
    public string? CacheFolder { get; init; }

    /// <summary>The hub's address.</summary>
    /// <value>The default is null: <c>HF_ENDPOINT</c>, else <c>https://huggingface.co</c>.</value>
    public Uri? Endpoint { get; init; }

    /// <summary>
    /// The access token; it is sent to <see cref="Endpoint"/> alone, never to a host that it redirects to. An empty text sends none.
    /// </summary>
    /// <value>
    /// The default is null: <c>HF_TOKEN</c>, else the file <c>HF_TOKEN_PATH</c> (<c>HF_HOME/token</c>), unless
    /// <c>HF_HUB_DISABLE_IMPLICIT_TOKEN</c> is set.
    /// </value>
    public string? Token { get; init; }

    /// <summary>Whether only the cache may be used.</summary>
    /// <value>The default is null: <c>HF_HUB_OFFLINE</c> or <c>TRANSFORMERS_OFFLINE</c>.</value>
    public bool? Offline { get; init; }

    /// <summary>
    /// Is told about every piece that arrives, from any thread but one call at a time; nothing when all files are there already.
    /// </summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>Is told, in one line each, what the user should know although it is no error: a cached copy used because the hub is out of
    /// reach, a cut
    /// connection tried again, another process waited for. Called from any thread.</summary>
    public Action<string>? Notice { get; init; }
}
