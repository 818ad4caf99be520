using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.Server;

namespace Amused.Cli.Running;

/// <summary>From the command line's words to a server, until it is told to stop.</summary>
internal sealed class ServerJob(Host host)
{
    private const double BytesPerGigabyte = 1e9;
    private const string KeyVariable = "AMUSED_API_KEY";
    private const long LongestKeyFile = 1 << 20;

    public void Execute(ParseResult parse, ServerOptionSet words, ModelOptions model, IReadOnlyList<string> models) =>
        RunAsync(Options(parse, words, model, models)).GetAwaiter().GetResult();

    private async Task RunAsync(ServerOptions options)
    {
        await using var server = AmusedServer.Create(options);
        await server.RunAsync(host.Cancellation, started => host.Out.WriteLine(string.Join('\n', started.Urls)));
    }

    private ServerOptions Options(ParseResult parse, ServerOptionSet words, ModelOptions model, IReadOnlyList<string> models)
    {
        var defaults = new ServerOptions { Models = [.. models.Select(ModelEntry.Parse)] };
        var urls = parse.GetValue(words.Urls);
        return defaults with
        {
            Urls = urls is { Length: > 0 } ? urls : defaults.Urls,
            PublicUrl = parse.GetValue(words.PublicUrl),
            Loading = new()
            {
                Variant = model.Hub.Read(parse).Variant,
                Precision = parse.GetValue(model.Precision) ?? Runtime.Precision.Auto,
                Device = parse.GetValue(model.Device) ?? "cpu",
                Hub = model.Hub.Read(parse).ToHubOptions(new NoteBar(host)),
            },
            LoadAtStart = !parse.GetValue(words.Lazy),
            MemoryLimit = Bytes(parse.GetValue(words.MemoryLimit)),
            LoraFolder = LoraFolder(parse.GetValue(words.LoraFolder)),
            DataFolder = parse.GetValue(words.NoHistory) ? null : parse.GetValue(words.Data) ?? DefaultData(),
            Retention = new RetentionLimits
            {
                Pictures = parse.GetValue(words.Keep),
                Age = parse.GetValue(words.KeepDays) is { } days ? TimeSpan.FromDays(days) : null,
                Bytes = Bytes(parse.GetValue(words.KeepSize)),
            },
            Sizes = Enum.Parse<SizePolicy>(parse.GetValue(words.Sizes) ?? nameof(SizePolicy.Exact), ignoreCase: true),
            QueueLimit = parse.GetValue(words.Queue) ?? defaults.QueueLimit,
            BatchLimit = parse.GetValue(words.Batch) ?? defaults.BatchLimit,
            ApiKeys = Keys(parse.GetValue(words.ApiKeyFile)),
            AllowAnyone = parse.GetValue(words.AllowAnyone),
            LogPrompts = parse.GetValue(words.LogPrompts),
            JsonLogs = parse.GetValue(words.JsonLogs),
            DrainTimeout = parse.GetValue(words.Drain) is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.DrainTimeout,
        };
    }

    private static long? Bytes(float? gigabytes) => gigabytes is { } number ? (long)(number * BytesPerGigabyte) : null;

    private static string? LoraFolder(string? folder) =>
        folder is null || Directory.Exists(folder) ? folder : throw new BrokenInputException($"--lora-dir: {folder} does not exist");

    private static string DefaultData() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify), "amused");

    private List<string> Keys(string? file)
    {
        List<string> keys = host.Variable(KeyVariable) is { Length: > 0 } key ? [key] : [];
        if (file is not null)
        {
            Input.InputFile.Require(file, "--api-key-file");
            keys.AddRange(UserFile.Lines(file, LongestKeyFile).Select(line => line.Trim()).Where(line => line.Length > 0));
            if (keys.Count == 0)
                throw new InvalidRequestException($"--api-key-file: {file} holds no key");
        }
        return keys;
    }

    /// <summary>A server shows no bar: what a download has to say is noted.</summary>
    private sealed class NoteBar(Host host) : IProgressBar
    {
        public void Report(double done, double total, string? title = null) { }

        public void Title(string title) { }

        public void Note(string line) => host.Note(line);
    }
}
