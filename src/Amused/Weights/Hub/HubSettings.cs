using System.Text.RegularExpressions;

namespace Amused.Weights.Hub;

/// <summary>Where and how the hub is asked: the options, completed from the environment by the rules of the hub's Python client.</summary>
/// <param name="CacheFolder">The folder that holds <c>models--org--name</c>, as an absolute path.</param>
/// <param name="Endpoint">The hub's address, without a slash at its end.</param>
/// <param name="Token">The access token; null sends none.</param>
/// <param name="Offline">Whether the network must be left alone.</param>
/// <param name="Symlinks">Whether snapshots may link to blobs (<c>HF_HUB_DISABLE_SYMLINKS</c> forbids it).</param>
/// <param name="MetadataTimeout">How long an answer's headers may take.</param>
/// <param name="DownloadTimeout">How long a download may stand still.</param>
internal sealed partial record HubSettings(
    string CacheFolder, Uri Endpoint, string? Token, bool Offline, bool Symlinks, TimeSpan MetadataTimeout, TimeSpan DownloadTimeout)
{
    private const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>Completes the options.</summary>
    /// <param name="options">What the caller set.</param>
    /// <param name="environment">A variable's value by its name; null when it is not set.</param>
    /// <exception cref="InvalidRequestException">The endpoint or the token is unusable.</exception>
    public static HubSettings From(HubOptions options, Func<string, string?> environment)
    {
        string? Variable(string name) => environment(name) is { } value && value.Trim().Length > 0 ? value.Trim() : null;
        bool Flag(string name) => Variable(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
        TimeSpan Seconds(string name) => TimeSpan.FromSeconds(int.TryParse(Variable(name), out var n) && n > 0 ? n : 10);
        string Folder(string path) => Path.GetFullPath(Expand(path, environment));

        var home = Folder(Variable("HF_HOME") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? "~/.cache", "huggingface"));
        var cache = options.CacheFolder ?? Variable("HF_HUB_CACHE") ?? Variable("HUGGINGFACE_HUB_CACHE");
        return new HubSettings(
            cache is null ? Path.Combine(home, "hub") : Folder(cache),
            CheckedEndpoint(options.Endpoint?.OriginalString ?? Variable("HF_ENDPOINT") ?? DefaultEndpoint),
            CheckedToken(options.Token ?? (Flag("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : ImplicitToken())),
            options.Offline ?? (Flag("HF_HUB_OFFLINE") || Flag("TRANSFORMERS_OFFLINE")),
            !Flag("HF_HUB_DISABLE_SYMLINKS"),
            Seconds("HF_HUB_ETAG_TIMEOUT"),
            Seconds("HF_HUB_DOWNLOAD_TIMEOUT"));

        string? ImplicitToken()
            => Variable("HF_TOKEN") ?? Variable("HUGGING_FACE_HUB_TOKEN")
                ?? ReadToken(Variable("HF_TOKEN_PATH") is { } path ? Folder(path) : Path.Combine(home, "token"));
    }

    private static Uri CheckedEndpoint(string text)
        => Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            && address.Host.Length > 0
            ? address
            : throw new InvalidRequestException(
                $"the hub's address (HF_ENDPOINT) is {FileFault.Quote(text)}: it must be like {DefaultEndpoint}");

    private static string? CheckedToken(string? token)
    {
        token = token?.Trim();
        // The message must not show the token.
        if (token is not null && token.Any(c => c is <= ' ' or > '~'))
            throw new InvalidRequestException(
                "the hub token (HF_TOKEN) holds characters that no token has: set it to the text that begins with hf_, without "
                + "quotes or spaces");
        return token is "" ? null : token;
    }

    private static string? ReadToken(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // as without a login: most models are public, and a private one says what it needs
        }
    }

    private static string Expand(string path, Func<string, string?> environment)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith(@"~\", StringComparison.Ordinal))
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        return VariablePattern().Replace(path, match => environment(match.Groups[1].Value) ?? match.Value);
    }

    [GeneratedRegex(@"\$\{?(\w+)\}?")]
    private static partial Regex VariablePattern();
}
