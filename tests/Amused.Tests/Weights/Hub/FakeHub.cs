using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Amused.Tests.Weights.Hub;

/// <summary>
/// The hub's routes for one model, on this machine: the listing of a revision, file headers, small files (with git's blob hash for an ETag),
/// and large ones (<c>*.safetensors</c>) by a redirect to a storage on another port, which is another host to a client.
/// </summary>
internal sealed class FakeHub : IDisposable
{
    public const string Id = "amused/tiny";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string Branch = "main";

    private readonly LocalServer hub;
    private readonly LocalServer storage;
    private int cutsLeft = int.MaxValue;

    public FakeHub()
    {
        hub = new LocalServer(AnswerAsHub);
        storage = new LocalServer(AnswerAsStorage);
    }

    public Uri Address => hub.Address;

    public Uri StorageAddress => storage.Address;

    /// <summary>The model's files.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Whether the repository is a data set instead of a model.</summary>
    public bool IsDataset { get; init; }

    /// <summary>What the listing shows; all files when null.</summary>
    public string[]? Listed { get; set; }

    /// <summary>When set, what every request to the hub is answered with.</summary>
    public Func<LocalRequest, LocalResponse?> Override { get; set; } = _ => null;

    /// <summary>When set, what every request to the storage is answered with.</summary>
    public Func<LocalRequest, LocalResponse?> StorageOverride { get; set; } = _ => null;

    /// <summary>Close a content's connection after that many bytes, <see cref="Cuts"/> times.</summary>
    public int? CutAfter { get; set; }

    public int Cuts { set => cutsLeft = value; }

    public bool KnowsRanges { get; set; } = true;

    /// <summary>What is sent in place of a file's content.</summary>
    public Func<string, byte[], byte[]> Corrupt { get; set; } = (_, content) => content;

    public IEnumerable<LocalRequest> HubRequests => hub.Requests;

    public IEnumerable<LocalRequest> StorageRequests => storage.Requests;

    public IEnumerable<LocalRequest> Downloads => hub.Requests.Concat(storage.Requests).Where(r => r.Method == "GET" && !r.Path.StartsWith("/api/", StringComparison.Ordinal));

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string GitSha1(byte[] content)
        => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    public static string ETag(string path, byte[] content) => IsLarge(path) ? Sha256(content) : GitSha1(content);

    public static LocalResponse Status(int status, string? errorCode = null, string? errorMessage = null)
    {
        var response = new LocalResponse(status, []);
        if (errorCode is not null)
            response.Headers["X-Error-Code"] = errorCode;
        if (errorMessage is not null)
            response.Headers["X-Error-Message"] = errorMessage;
        return response;
    }

    /// <summary>A whole pipeline of small random files, with what must not be fetched beside it.</summary>
    public FakeHub WithPipeline(params string[] variants)
    {
        Add("model_index.json", """{"_class_name":"AmusedPipeline","_diffusers_version":"0.25.0","scheduler":["diffusers","AmusedScheduler"],"text_encoder":["transformers","CLIPTextModelWithProjection"],"tokenizer":["transformers","CLIPTokenizer"],"transformer":["diffusers","UVit2DModel"],"vqvae":["diffusers","VQModel"],"safety_checker":[null,null]}""");
        foreach (var path in (string[])["scheduler/scheduler_config.json", "text_encoder/config.json", "transformer/config.json", "vqvae/config.json",
            "tokenizer/vocab.json", "tokenizer/merges.txt", "tokenizer/tokenizer_config.json", "tokenizer/special_tokens_map.json", "README.md", ".gitattributes"])
            Add(path, $"{{\"file\":\"{path}\"}}");
        foreach (var infix in variants.Select(v => v.Length == 0 ? "" : "." + v))
        {
            AddRandom($"text_encoder/model{infix}.safetensors", 3_000);
            AddRandom($"transformer/diffusion_pytorch_model{infix}.safetensors", 300_000);
            AddRandom($"vqvae/diffusion_pytorch_model{infix}.safetensors", 5_000);
        }
        AddRandom("transformer/diffusion_pytorch_model.bin", 300);
        AddRandom("text_encoder/pytorch_model.bin", 300);
        return this;
    }

    public FakeHub Add(string path, string content)
    {
        Files[path] = Encoding.UTF8.GetBytes(content);
        return this;
    }

    public FakeHub AddRandom(string path, int size)
    {
        Files[path] = new byte[size];
        new Random(path.Length + size).NextBytes(Files[path]);
        return this;
    }

    public void Dispose()
    {
        hub.Dispose();
        storage.Dispose();
    }

    private static bool IsLarge(string path) => path.EndsWith(".safetensors", StringComparison.Ordinal);

    private LocalResponse AnswerAsHub(LocalRequest request)
    {
        if (Override(request) is { } other)
            return other;
        if (request.Path.StartsWith("/api/", StringComparison.Ordinal))
            return AnswerListing(request.Path);
        var match = Regex.Match(request.Path, $"^/{(IsDataset ? "datasets/" : "")}{Id}/resolve/([^/]+)/(.+)$");
        var path = Uri.UnescapeDataString(match.Groups[2].Value);
        if (!match.Success || match.Groups[1].Value != Commit || !Files.TryGetValue(path, out var content))
            return Status(404, "EntryNotFound");
        var response = IsLarge(path) ? Redirect(path, content) : Content(path, content, request);
        response.Headers["X-Repo-Commit"] = Commit;
        response.Headers["ETag"] = $"\"{ETag(path, content)}\"";
        return response;
    }

    private LocalResponse AnswerListing(string path)
    {
        if (!path.StartsWith($"/api/{(IsDataset ? "datasets" : "models")}/{Id}/revision/", StringComparison.Ordinal))
            return Status(404, "RepoNotFound");
        if (Uri.UnescapeDataString(path.Split("/revision/")[1]) is not (Branch or Commit or "refs/pr/1"))
            return Status(404, "RevisionNotFound");
        var siblings = (Listed ?? [.. Files.Keys]).Select(file => new Dictionary<string, string> { ["rfilename"] = file });
        return new LocalResponse(200, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["id"] = Id, ["sha"] = Commit, ["siblings"] = siblings }));
    }

    private LocalResponse Redirect(string path, byte[] content)
    {
        var response = new LocalResponse(302, []);
        response.Headers["X-Linked-Etag"] = $"\"{Sha256(content)}\"";
        response.Headers["X-Linked-Size"] = content.Length.ToString(CultureInfo.InvariantCulture);
        response.Headers["Location"] = $"{storage.Address}{Uri.EscapeDataString(path)}";
        return response;
    }

    private LocalResponse AnswerAsStorage(LocalRequest request)
    {
        if (StorageOverride(request) is { } other)
            return other;
        var path = Uri.UnescapeDataString(request.Path[1..]);
        return Content(path, Files[path], request);
    }

    private LocalResponse Content(string path, byte[] content, LocalRequest request)
    {
        content = Corrupt(path, content);
        int? cut = CutAfter < content.Length && request.Method == "GET" && Interlocked.Decrement(ref cutsLeft) >= 0 ? CutAfter : null;
        if (!KnowsRanges || request.Header("Range") is not { } range)
            return new LocalResponse(200, content) { CutAfter = cut };
        var from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        if (from >= content.Length)
            return Status(416);
        var part = new LocalResponse(206, content[from..]) { CutAfter = cut };
        part.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        return part;
    }
}
