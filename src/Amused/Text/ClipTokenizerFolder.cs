using Amused.Weights;

namespace Amused.Text;

/// <summary>What the files of a tokenizer's folder say, of either age (see <see cref="Read"/>).</summary>
internal sealed record ClipTokenizerFolder
{
    public const string VocabularyFile = "vocab.json";
    public const string MergesFile = "merges.txt";
    public const string ConfigFile = "tokenizer_config.json";
    public const string SpecialTokensFile = "special_tokens_map.json";
    public const string AddedTokensFile = "added_tokens.json";
    public const string TokenizerFile = "tokenizer.json";

    /// <summary>The names of all files that a tokenizer's folder may have.</summary>
    public static readonly IReadOnlyList<string> AllFiles =
        [VocabularyFile, MergesFile, ConfigFile, SpecialTokensFile, AddedTokensFile, TokenizerFile];

    /// <summary>The bytes of each file that was there, by its name.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>Pieces and ids, added tokens among them.</summary>
    public required ClipVocabulary Vocabulary { get; init; }

    /// <summary>The merges by rank.</summary>
    public required IReadOnlyList<SymbolMerge> Merges { get; init; }

    /// <summary>The tokens to cut out of the text, with their ids.</summary>
    public required IReadOnlyList<(AddedToken Token, int Id)> AddedTokens { get; init; }

    /// <summary>Id of the token that begins a text.</summary>
    public required int StartId { get; init; }

    /// <summary>Id of the token that ends a text.</summary>
    public required int EndId { get; init; }

    /// <summary>Id of the token that fills a text up.</summary>
    public required int PadId { get; init; }

    /// <summary>Id of the token that stands for what the vocabulary lacks.</summary>
    public required int UnknownId { get; init; }

    /// <summary>How many ids a padded text has.</summary>
    public required int MaxLength { get; init; }

    /// <summary>
    /// Reads a folder with the reference's precedence. Pieces and merges: <c>tokenizer.json</c>, which <c>vocab.json</c> and
    /// <c>merges.txt</c> must then agree with, else those two. Settings: <c>tokenizer_config.json</c>; where it lists no
    /// <c>added_tokens_decoder</c>,
    /// <c>special_tokens_map.json</c> overrides it and <c>added_tokens.json</c> and <c>tokenizer.json</c> list the added tokens.
    /// </summary>
    public static ClipTokenizerFolder Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw FileFault.Of(folder, $"there is no such folder: a tokenizer's folder with {VocabularyFile} and {MergesFile} is needed");
        using TokenizerFiles files = new(folder);
        var (vocabulary, merges) = new VocabularyReader(files).Read();
        var settings = new TokenizerSettingsReader(files).Read();
        return new()
        {
            Vocabulary = vocabulary,
            Merges = merges,
            AddedTokens = [.. settings.AddedTokens.Select(declared => (declared.Token, Place(declared, vocabulary, files)))],
            StartId = IdOf(settings.Start),
            EndId = IdOf(settings.End),
            PadId = IdOf(settings.Pad),
            UnknownId = IdOf(settings.Unknown),
            MaxLength = settings.MaxLength,
            Files = files.Contents,
        };

        int IdOf(AddedToken token) => vocabulary.IdOf(token.Content)!.Value; // placed above
    }

    /// <summary>The same with another length, which its settings then say too.</summary>
    public ClipTokenizerFolder WithMaxLength(int length)
    {
        Dictionary<string, byte[]> files = new(Files);
        if (files.TryGetValue(ConfigFile, out var settings))
        {
            var config = ConfigJson.Parse(ConfigFile, settings);
            config["model_max_length"] = length;
            files[ConfigFile] = ConfigJson.Compose(config);
        }
        return this with { MaxLength = length, Files = files };
    }

    /// <summary>The id of an added token; the vocabulary takes it in if it is new there.</summary>
    private static int Place(DeclaredToken declared, ClipVocabulary vocabulary, TokenizerFiles files)
    {
        var name = FileFault.Quote(declared.Token.Content);
        if (vocabulary.IdOf(declared.Token.Content) is int known)
        {
            return declared.Id is null || declared.Id == known
                ? known
                : throw files.Fault(declared.File, $"gives the token {name} the id {declared.Id}, but the vocabulary has it as {known}");
        }
        if (declared.Id is not int id)
            throw files.Fault(files.VocabularySource, $"lacks the {declared.Role} {name}");
        return vocabulary.Add(declared.Token.Content, id) is { } wrong
            ? throw files.Fault(declared.File, $"the added token {name} {wrong}")
            : id;
    }
}
