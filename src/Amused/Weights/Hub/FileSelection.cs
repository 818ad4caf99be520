namespace Amused.Weights.Hub;

/// <summary>
/// Which of a repository's files are wanted. Of weights only safetensors, only the asked variant, one file or its shards: never the same
/// weights twice, never a pickle, never another framework's.
/// </summary>
/// <remarks>
/// The same choice tells whether a cached snapshot is complete: it is made over the files that are there, and must lack nothing.
/// </remarks>
internal sealed class FileSelection
{
    /// <summary>The file that makes a repository a pipeline.</summary>
    public const string PipelineIndex = "model_index.json";

    private static readonly string[] PipelineNetworks = ["text_encoder", "transformer", "vqvae"];
    private static readonly string[] TokenizerFiles =
        ["vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

    private readonly HashSet<string> files;
    private readonly string? variant;
    private readonly List<string> small = [];
    private readonly List<string> shardIndices = [];
    private readonly List<string> weights = [];

    private FileSelection(IEnumerable<string> files, string? variant)
    {
        this.files = [.. files];
        this.variant = variant;
    }

    /// <summary>Configs and tokenizer files: fetched before the weights, so that weights never lie there without them.</summary>
    public IReadOnlyList<string> Small => small;

    /// <summary>The indices of sharded weights: they say which files the weights are, see <see cref="AddShards"/>.</summary>
    public IReadOnlyList<string> ShardIndices => shardIndices;

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
        IEnumerable<string> files, ModelIndex? index, string? variant, HubContent content, bool isListing)
    {
        var selection = new FileSelection(files, variant);
        if (index is not null)
            selection.Take(PipelineIndex);
        if (content == HubContent.Tokenizer)
            selection.AddTokenizer(selection.HasTokenizer("tokenizer/") ? "tokenizer/" : "");
        else if (index is not null)
            selection.AddPipeline(index, content);
        else
            selection.AddSingle(content, isListing);
        return selection;
    }

    /// <summary>Adds the weights that the indices of shards name.</summary>
    /// <param name="read">Reads an index, by its path in the repository.</param>
    public void AddShards(Func<string, ShardIndex> read)
    {
        foreach (var index in shardIndices)
        {
            var folder = index[..(index.LastIndexOf('/') + 1)];
            foreach (var shard in read(index).Files.Select(file => folder + Path.GetFileName(file)))
            {
                weights.Add(shard);
                if (!files.Contains(shard))
                    Lack($"no {FileFault.Printable(shard)}, although {index} names it");
            }
        }
    }

    private void AddPipeline(ModelIndex index, HubContent content)
    {
        string[] needed = ["scheduler", "tokenizer", .. PipelineNetworks];
        if (needed.Except(index.Components.Keys).ToArray() is { Length: > 0 } missing)
        {
            Lack(
                $"no {string.Join(", ", missing)} in its {PipelineIndex} (it holds a pipeline of class "
                + $"{FileFault.Quote(index.ClassName)}), so it is no aMUSEd pipeline");
            return;
        }
        Take("generation_config.json");
        Take("words.json");
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
            Lack($"neither {PipelineIndex} nor the config or tokenizer of a single part at its root");
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
        var names = files.Where(file => file.LastIndexOf('/') + 1 == folder.Length && file.StartsWith(folder, StringComparison.Ordinal))
            .Select(file => file[folder.Length..]).ToList();
        var found = WeightFileName.Among(names);
        if (found.FirstOrDefault(name => name.Variant == variant) is { } chosen)
            (chosen.IsIndex ? shardIndices : weights).Add(folder + chosen.FileName);
        else
            Lack(WhatWeightsThereAre(folder, found, PickledWeights.Among(names)));
    }

    private string WhatWeightsThereAre(string folder, IReadOnlyList<WeightFileName> found, string? pickled)
    {
        var part = folder.Length == 0 ? "weights" : $"{folder.TrimEnd('/')} weights";
        var wanted = variant is null ? $"no plain {part}" : $"no {variant} {part}";
        var variants = found.Select(name => name.Variant is { } word ? $"variant {FileFault.Printable(word)}" : "plain (no variant)")
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        return variants.Length > 0 ? $"{wanted}; what it has is: {string.Join(", ", variants)}"
            : $"{wanted} as safetensors{(pickled is null ? "" : $", only {FileFault.Printable(pickled)}, {PickledWeights.Reason}")}";
    }

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
}
