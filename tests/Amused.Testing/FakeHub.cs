using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Amused.Testing;

/// <summary>
/// The hub's routes on this machine: the listing of a revision, file headers, small files (with git's blob hash for an ETag), and large
/// ones (<c>*.safetensors</c>) by a redirect to a storage on another port, which is another host to a client. It has one model (or data
/// set) of files in memory, <see cref="Id"/>, and the folders that it was told to serve, each under an id of its own.
/// </summary>
/// <remarks>
/// A program asks it when <c>HF_ENDPOINT</c> is its <see cref="Address"/>; give it an <c>HF_HOME</c> of the test's own too.
/// </remarks>
public sealed class FakeHub : IDisposable
{
    public const string Id = "amused/tiny";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string Branch = "main";

    private readonly LocalServer hub;
    private readonly LocalServer storage;
    private readonly Dictionary<string, IReadOnlyDictionary<string, FakeFile>> folders = [];
    private int cutsLeft = int.MaxValue;

    public FakeHub()
    {
        hub = new LocalServer(request => Altered(request, AnswerAsHub(request)));
        storage = new LocalServer(request => Altered(request, AnswerAsStorage(request)));
    }

    public Uri Address => hub.Address;

    public Uri StorageAddress => storage.Address;

    /// <summary>The files of <see cref="Id"/>.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Whether <see cref="Id"/> is a data set instead of a model.</summary>
    public bool IsDataset { get; init; }

    /// <summary>What the listing shows; all files when null.</summary>
    public string[]? Listed { get; set; }

    /// <summary>When set, what every request to the hub is answered with.</summary>
    public Func<LocalRequest, LocalResponse?> Override { get; set; } = _ => null;

    /// <summary>When set, what every request to the storage is answered with.</summary>
    public Func<LocalRequest, LocalResponse?> StorageOverride { get; set; } = _ => null;

    /// <summary>Changes an answer of the hub or the storage before it is sent, as a gateway in front of them would.</summary>
    public Action<LocalRequest, LocalResponse> Alter { get; set; } = (_, _) => { };

    /// <summary>Close a content's connection after that many bytes, <see cref="Cuts"/> times.</summary>
    public int? CutAfter { get; set; }

    public int Cuts { set => cutsLeft = value; }

    public bool KnowsRanges { get; set; } = true;

    /// <summary>What is sent in place of the content of a file of <see cref="Id"/>.</summary>
    public Func<string, byte[], byte[]> Corrupt { get; set; } = (_, content) => content;

    public IEnumerable<LocalRequest> HubRequests => hub.Requests;

    public IEnumerable<LocalRequest> StorageRequests => storage.Requests;

    public IEnumerable<LocalRequest> Downloads
        => hub.Requests.Concat(storage.Requests).Where(r => r.Method == "GET" && !r.Path.StartsWith("/api/", StringComparison.Ordinal));

    public static string Sha256(byte[] content) => FakeFile.Of("large.safetensors", content).ETag;

    public static string GitSha1(byte[] content) => FakeFile.Of("small", content).ETag;

    public static string ETag(string path, byte[] content) => FakeFile.Of(path, content).ETag;

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
        foreach (var path in (string[])["scheduler/scheduler_config.json", "text_encoder/config.json", "transformer/config.json",
            "vqvae/config.json",
            "tokenizer/vocab.json", "tokenizer/merges.txt", "tokenizer/tokenizer_config.json", "tokenizer/special_tokens_map.json",
            "README.md", ".gitattributes"])
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

    /// <summary>Serves a folder's files, with those of its folders, as a model or a data set; also links are followed.</summary>
    /// <param name="id">What it is called, such as <c>amused/amused-256</c>.</param>
    /// <param name="folder">The folder. Its files must stay as they are.</param>
    /// <param name="isDataset">Whether it is a data set.</param>
    public FakeHub WithFolder(string id, string folder, bool isDataset = false)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), FakeFile.OnDisk);
        foreach (var file in files.Values)
            _ = file.ETag; // the hash of gigabytes takes longer than a client waits for headers
        folders.Add(Key(isDataset, id), files);
        return this;
    }

    public void Dispose()
    {
        hub.Dispose();
        storage.Dispose();
    }

    private LocalResponse Altered(LocalRequest request, LocalResponse response)
    {
        Alter(request, response);
        return response;
    }

    private static string Key(bool isDataset, string id) => (isDataset ? "datasets/" : "") + id;

    private IReadOnlyDictionary<string, FakeFile>? FilesOf(string key)
        => key == Key(IsDataset, Id) && Files.Count > 0
            ? Files.ToDictionary(file => file.Key, file => FakeFile.Of(file.Key, file.Value))
            : folders.GetValueOrDefault(key);

    private LocalResponse AnswerAsHub(LocalRequest request)
    {
        if (Override(request) is { } other)
            return other;
        if (request.Path.StartsWith("/api/", StringComparison.Ordinal))
            return AnswerListing(request.Path);
        var match = Regex.Match(request.Path.Split('?')[0], "^/((?:datasets/)?[^/]+/[^/]+)/resolve/([^/]+)/(.+)$");
        var path = Uri.UnescapeDataString(match.Groups[3].Value);
        if (!match.Success || match.Groups[2].Value is not (Commit or Branch)
            || FilesOf(match.Groups[1].Value)?.GetValueOrDefault(path) is not { } file)
            return Status(404, "EntryNotFound");
        var response = file.IsLarge ? Redirect(match.Groups[1].Value, path, file) : Content(match.Groups[1].Value, path, file, request);
        response.Headers["X-Repo-Commit"] = Commit;
        response.Headers["ETag"] = $"\"{file.ETag}\"";
        return response;
    }

    private LocalResponse AnswerListing(string path)
    {
        var match = Regex.Match(path, "^/api/(?:models/|(datasets/))([^/]+/[^/]+)/revision/([^/]+)$");
        var key = match.Groups[1].Value + match.Groups[2].Value;
        if (!match.Success || FilesOf(key) is not { } files)
            return Status(404, "RepoNotFound");
        if (Uri.UnescapeDataString(match.Groups[3].Value) is not (Branch or Commit or "refs/pr/1"))
            return Status(404, "RevisionNotFound");
        var siblings = (key == Key(IsDataset, Id) ? Listed : null) ?? files.Keys;
        return new LocalResponse(200, JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = match.Groups[2].Value,
            sha = Commit,
            siblings = siblings.Select(file => new { rfilename = file }),
        }));
    }

    private LocalResponse Redirect(string key, string path, FakeFile file)
    {
        var response = new LocalResponse(302, []);
        response.Headers["X-Linked-Etag"] = $"\"{file.ETag}\"";
        response.Headers["X-Linked-Size"] = file.Length.ToString(CultureInfo.InvariantCulture);
        var prefix = key == Key(IsDataset, Id) ? "" : Uri.EscapeDataString(key) + ":";
        response.Headers["Location"] = $"{storage.Address}{prefix}{Uri.EscapeDataString(path)}";
        return response;
    }

    private LocalResponse AnswerAsStorage(LocalRequest request)
    {
        if (StorageOverride(request) is { } other)
            return other;
        var parts = request.Path[1..].Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        var (key, path) = parts.Length == 2 ? (parts[0], parts[1]) : (Key(IsDataset, Id), parts[0]);
        return FilesOf(key)?.GetValueOrDefault(path) is { } file ? Content(key, path, file, request) : Status(404);
    }

    private LocalResponse Content(string key, string path, FakeFile file, LocalRequest request)
    {
        if (key == Key(IsDataset, Id))
            file = FakeFile.Of(path, Corrupt(path, Files[path]));
        int? cut = CutAfter < file.Length && request.Method == "GET" && Interlocked.Decrement(ref cutsLeft) >= 0 ? CutAfter : null;
        if (!KnowsRanges || request.Header("Range") is not { } range)
            return new LocalResponse(200, file.OpenAt(0)!) { CutAfter = cut };
        var from = long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        if (file.OpenAt(from) is not { } rest)
            return Status(416);
        var part = new LocalResponse(206, rest) { CutAfter = cut };
        part.Headers["Content-Range"] = $"bytes {from}-{file.Length - 1}/{file.Length}";
        return part;
    }
}
