using System.CommandLine;

namespace Amused.Cli.Options;

/// <summary>Where a server listens, to whom, and how much it takes on.</summary>
internal sealed class ServerOptionSet
{
    private const string Group = "Server";
    private const int Most = 1_000_000;

    public Option<string[]?> Urls { get; } = new DocumentedOption<string[]?>("--urls", "URL",
        "Where to listen; several times for several addresses. One that other machines can reach needs a key, or --allow-anyone.",
        "http://127.0.0.1:8080", "--urls http://127.0.0.1:9000")
    { Group = Group, Arity = ArgumentArity.OneOrMore };

    public Option<string?> PublicUrl { get; } = new DocumentedOption<string?>("--public-url", "URL",
        "Where clients find the server when a proxy stands before it: scheme and name. The page works there, and addresses of pictures "
            + "begin so. Needs a key, or --allow-anyone, as --urls does.",
        "where it listens", "--public-url https://pictures.example")
    { Group = Group };

    public Option<string?> ApiKeyFile { get; } = new DocumentedOption<string?>("--api-key-file", "FILE",
        "A file with keys, one a line; each request must bring one of them (Authorization: Bearer KEY). The environment variable "
            + "AMUSED_API_KEY adds one.", "no key is asked for", "--api-key-file keys.txt")
    { Group = Group };

    public Option<bool> AllowAnyone { get; } = new DocumentedOption<bool>("--allow-anyone", "",
        "Does without a key at addresses that other machines can reach.", "off", "--allow-anyone") { Group = Group };

    public Option<string?> Sizes { get; } = new DocumentedOption<string?>("--sizes", "exact|nearest|any",
        "What the OpenAI interface does when asked for another size than the model's own: an error that names it, the model's own, or "
            + "any that the network can be run at.", "exact", "--sizes nearest")
    { Group = Group, Choices = ["exact", "nearest", "any"], CustomParser = OptionValues.OneOf("exact", "nearest", "any") };

    public Option<int?> Queue { get; } = new DocumentedOption<int?>("--queue", "N",
        "How many requests may wait; one more is answered with 429.", "64", "--queue 16") { Group = Group,
        CustomParser = OptionValues.WholeNumber(1, Most) };

    public Option<int?> Batch { get; } = new DocumentedOption<int?>("--batch", "N",
        "How many pictures are under way at once; they share the network's steps.", "8", "--batch 16") { Group = Group,
        CustomParser = OptionValues.WholeNumber(1, 1024) };

    public Option<bool> Lazy { get; } = new DocumentedOption<bool>("--lazy", "",
        "Loads the first model at its first use, as the others are, instead of at the start.", "off", "--lazy") { Group = Group };

    public Option<float?> MemoryLimit { get; } = new DocumentedOption<float?>("--memory-limit", "GB",
        "The most memory that the weights of loaded models may take; idle ones make room.", "no limit",
        "--memory-limit 8") { Group = Group, CustomParser = OptionValues.Number(0.001, Most) };

    public Option<string?> LoraFolder { get; } = new DocumentedOption<string?>("--lora-dir", "FOLDER",
        "A folder of LoRAs, which requests use by their names.", "none", "--lora-dir ./loras") { Group = Group };

    public Option<string?> Data { get; } = new DocumentedOption<string?>("--data", "FOLDER",
        "Where the history is kept: pictures, and an index of them.", "the user's data folder (~/.local/share/amused)",
        "--data ./pictures") { Group = Group };

    public Option<bool> NoHistory { get; } = new DocumentedOption<bool>("--no-history", "",
        "Keeps no pictures.", "off", "--no-history") { Group = Group };

    public Option<int?> Keep { get; } = new DocumentedOption<int?>("--keep", "N",
        "The most pictures of the history; the oldest go first.", "all", "--keep 1000") { Group = Group,
        CustomParser = OptionValues.WholeNumber(1, int.MaxValue) };

    public Option<int?> KeepDays { get; } = new DocumentedOption<int?>("--keep-days", "N",
        "How old pictures of the history may become, in days.", "any age", "--keep-days 30") { Group = Group,
        CustomParser = OptionValues.WholeNumber(1, Most) };

    public Option<float?> KeepSize { get; } = new DocumentedOption<float?>("--keep-size", "GB",
        "How much the pictures of the history may take.", "no limit", "--keep-size 10") { Group = Group,
        CustomParser = OptionValues.Number(0.001, Most) };

    public Option<bool> LogPrompts { get; } = new DocumentedOption<bool>("--log-prompts", "",
        "Writes prompts to the log.", "off", "--log-prompts") { Group = Group };

    public Option<bool> JsonLogs { get; } = new DocumentedOption<bool>("--json-logs", "",
        "Writes the log, on standard error, as lines of JSON.", "off", "--json-logs") { Group = Group };

    public Option<int?> Drain { get; } = new DocumentedOption<int?>("--drain", "SECONDS",
        "How long requests that are under way may take once the server has been told to stop (SIGTERM, Ctrl-C); a second signal ends "
            + "it at once.", "300", "--drain 60")
    { Group = Group, CustomParser = OptionValues.WholeNumber(0, Most) };

    public void AddTo(Command command)
    {
        Option[] options =
        [
            Urls, PublicUrl, ApiKeyFile, AllowAnyone, Sizes, Queue, Batch, Lazy, MemoryLimit, LoraFolder, Data, NoHistory, Keep, KeepDays,
            KeepSize, LogPrompts, JsonLogs, Drain,
        ];
        foreach (var option in options)
            command.Add(option);
    }
}
