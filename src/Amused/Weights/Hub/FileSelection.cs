using System.Text.RegularExpressions;

namespace Amused.Weights.Hub;

/// <summary>
/// Which of a repository's files are wanted. Of weights only safetensors, only the asked variant, one file or its shards: never the same
/// weights twice, never a pickle, never another framework's.
/// </summary>
/// <remarks>The same choice tells whether a cached snapshot is complete: it is made over the files that are there, and must lack nothing.</remarks>
internal sealed partial class FileSelection
{
    private static readonly string[] PipelineNetworks = ["text_encoder", "transformer", "vqvae"];
    private static readonly string[] Stems = ["diffusion_pytorch_model", "model"];
    private static readonly string[] TokenizerFiles =
        ["vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

    private readonly HashSet<string> files;
    private readonly string? variant;
    private readonly List<string> small = [];
    private readonly List<string> weights = [];

    private FileSelection(IEnumerable<string> files, string? variant)
    {
        this.files = [.. files];
        this.variant = variant;
    }

    /// <summary>Configs, tokenizer files, shard indices: fetched first, so that weights never lie there without them.</summary>
    public IReadOnlyList<string> Small => small;

    /// <summary>The weights' files.</summary>
    public IReadOnlyList<string> Weights => weights;

    /// <summary>What is needed and isn't there, to be read after "has"; null when nothing is.</summary>
    public string? Lacks { get; private set; }

    /// <summary>Makes the choice.</summary>
    /// <param name="files">The files that there are.</param>
    /// <param name="index">The repository's <c>model_index.json</c>; null when it has none.</param>
    /// <param name="variant">The weights' variant; null for the plain files.</param>
    /// <param name="content">What is wanted.</param>
    /// <param name="isListing">Whether <paramref name="files"/> are all that the repository has, not just what is cached of it.</param>
    public static FileSelection Of(
        IEnumerable<string> files, ComponentList? index, string? variant, HubContent content, bool isListing)
    {
        var selection = new FileSelection(files, variant);
        if (index is not null)
            selection.Take(ComponentList.FileName);
        if (content == HubContent.Tokenizer)
            selection.AddTokenizer(selection.HasTokenizer("tokenizer/") ? "tokenizer/" : "");
        else if (index is not null)
            selection.AddPipeline(index, content);
        else
            selection.AddSingle(content, isListing);
        return selection;
    }

    /// <summary>Refuses what cannot stand inside a file's name.</summary>
    /// <exception cref="InvalidRequestException">The text is no variant.</exception>
    public static void RequireVariant(string? variant)
    {
        if (variant is not null && !VariantPattern().IsMatch(variant))
            throw new InvalidRequestException($"'{OneLine.Of(variant)}' is no variant: write the word before .safetensors in the files' names, such as fp16");
    }

    private string Infix => variant is null ? "" : "." + variant;

    private void AddPipeline(ComponentList index, HubContent content)
    {
        string[] needed = ["scheduler", "tokenizer", .. PipelineNetworks];
        if (needed.Except(index.Components).ToArray() is { Length: > 0 } missing)
        {
            Lack($"no {string.Join(", ", missing)} in its {ComponentList.FileName}{(index.ClassName is { } name ? $" (it holds a pipeline of class {OneLine.Of(name)})" : "")}, so it is no aMUSEd pipeline");
            return;
        }
        Take("generation_config.json");
        Need("scheduler/scheduler_config.json");
        AddTokenizer("tokenizer/");
        foreach (var network in PipelineNetworks)
        {
            Need($"{network}/config.json");
            if (content == HubContent.Pipeline)
                AddWeights(network + "/");
        }
    }

    /// <summary>A repository that is one part: a tokenizer, a scheduler, a network.</summary>
    private void AddSingle(HubContent content, bool isListing)
    {
        foreach (var name in (string[])["config.json", "generation_config.json", "scheduler_config.json", .. TokenizerFiles])
            Take(name);
        if (small.Count == 0)
            Lack($"neither {ComponentList.FileName} nor the config or tokenizer of a single part at its root");
        // Only the listing can tell that a config comes without weights, as beside some tokenizers.
        var isNetwork = files.Contains("config.json") && (!isListing || files.Any(IsRootWeights));
        if (content == HubContent.Pipeline && isNetwork)
            AddWeights("");
    }

    private static bool IsRootWeights(string file)
        => !file.Contains('/', StringComparison.Ordinal)
            && Path.GetExtension(file) is ".safetensors" or ".bin" or ".msgpack" or ".h5" or ".ckpt" or ".pt" or ".pth";

    private bool HasTokenizer(string folder)
        => (files.Contains(folder + "vocab.json") && files.Contains(folder + "merges.txt")) || files.Contains(folder + "tokenizer.json");

    private void AddTokenizer(string folder)
    {
        foreach (var name in TokenizerFiles)
            Take(folder + name);
        if (!HasTokenizer(folder))
            Lack($"no tokenizer ({folder}vocab.json and {folder}merges.txt)");
    }

    private void AddWeights(string folder)
    {
        foreach (var stem in Stems.Select(name => folder + name))
        {
            if (files.Contains($"{stem}{Infix}.safetensors"))
            {
                weights.Add($"{stem}{Infix}.safetensors");
                return;
            }
            var index = $"{stem}.safetensors.index{Infix}.json";
            if (Shards(stem) is { Count: > 0 } shards && files.Contains(index))
            {
                small.Add(index);
                weights.AddRange(shards);
                return;
            }
        }
        Lack(WhatWeightsThereAre(folder));
    }

    /// <summary>
    /// <c>stem.fp16-00001-of-00002.safetensors</c>; some older writers put the variant last. Whether they are all is the index's to say: see <see cref="ShardIndex"/>.
    /// </summary>
    private List<string> Shards(string stem)
        => [.. files.Where(file => file.StartsWith(stem, StringComparison.Ordinal)
            && ShardPattern().Match(file, stem.Length, file.Length - stem.Length) is { Success: true } match
            && match.Groups["first"].Value + match.Groups["last"].Value == Infix).Order(StringComparer.Ordinal)];

    private string WhatWeightsThereAre(string folder)
    {
        var part = folder.Length == 0 ? "weights" : $"{folder.TrimEnd('/')} weights";
        var wanted = variant is null ? $"no plain {part}" : $"no {variant} {part}";
        var variants = Stems.SelectMany(stem => VariantsOf(folder + stem)).Distinct().Order(StringComparer.Ordinal).ToArray();
        return variants.Length > 0
            ? $"{wanted}; what it has is: {string.Join(", ", variants.Select(v => v.Length == 0 ? "plain (no variant)" : $"variant {v}"))}"
            : $"{wanted} as safetensors";
    }

    private IEnumerable<string> VariantsOf(string stem)
        => from file in files
           where file.StartsWith(stem, StringComparison.Ordinal)
           let match = AnyVariantPattern().Match(file[stem.Length..])
           where match.Success
           select match.Groups["first"].Value + match.Groups["last"].Value;

    private void Take(string file)
    {
        if (files.Contains(file))
            small.Add(file);
    }

    private void Need(string file)
    {
        Take(file);
        if (!files.Contains(file))
            Lack($"no {file}");
    }

    private void Lack(string what) => Lacks ??= what;

    [GeneratedRegex(@"^[A-Za-z0-9_]+\z")]
    private static partial Regex VariantPattern();

    [GeneratedRegex(@"\G(?<first>\.[A-Za-z0-9_]+)?-\d{5}-of-\d{5}(?<last>\.[A-Za-z0-9_]+)?\.safetensors\z")]
    private static partial Regex ShardPattern();

    [GeneratedRegex(@"^(\.(?<first>[A-Za-z0-9_]+))?(-\d{5}-of-\d{5})?(\.(?<last>[A-Za-z0-9_]+))?\.safetensors\z")]
    private static partial Regex AnyVariantPattern();
}
