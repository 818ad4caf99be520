using System.CommandLine;

namespace Amused.Cli.Options;

/// <summary>How a checkpoint that is named by its hub id is fetched.</summary>
internal sealed class HubOptionSet
{
    public Option<string?> Revision { get; } = new DocumentedOption<string?>("--revision", "NAME",
        "The branch, tag or commit of a model on the hub.", "main", "--revision main") { Group = OptionGroups.Model };

    public Option<string?> Variant { get; } = new DocumentedOption<string?>("--variant", "WORD",
        "Weight files with this word before their extension (model.fp16.safetensors): half the download.", "the plain files",
        "--variant fp16") { Group = OptionGroups.Model };

    public Option<string?> CacheFolder { get; } = new DocumentedOption<string?>("--cache-dir", "FOLDER",
        "Where downloaded models are kept, in the hub's own layout.", "HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub",
        "--cache-dir ~/models") { Group = OptionGroups.Model };

    public Option<bool> Offline { get; } = new DocumentedOption<bool>("--offline", "",
        "Never ask the network: a model on the hub must be in the cache already. HF_HUB_OFFLINE=1 does the same.", "off",
        "--offline") { Group = OptionGroups.Model };

    public Option<string?> Token { get; } = new DocumentedOption<string?>("--token", "TOKEN",
        "The access token for private models. Better kept in HF_TOKEN, since other users of the machine can read command lines.",
        "HF_TOKEN, else the hub's token file", "--token hf_xxx") { Group = OptionGroups.Model };

    public void AddTo(Command command, bool variant = true, bool offline = true)
    {
        command.Add(Revision);
        if (variant)
            command.Add(Variant);
        command.Add(CacheFolder);
        if (offline)
            command.Add(Offline);
        command.Add(Token);
    }

    public HubChoice Read(ParseResult parse) => new(
        parse.GetValue(Revision), parse.GetValue(Variant), parse.GetValue(CacheFolder), parse.GetValue(Offline), parse.GetValue(Token));
}

/// <summary>How a hub id is fetched; null leaves it to the environment.</summary>
internal sealed record HubChoice(string? Revision = null, string? Variant = null, string? CacheFolder = null, bool Offline = false,
    string? Token = null);
