using System.Globalization;
using System.Text.Json;

namespace Amused.Text;

/// <summary>An added token as a file declares it.</summary>
/// <param name="Token">The token.</param>
/// <param name="Id">The id that the file gives it; null when only its text is given.</param>
/// <param name="Role">What it is for, in words.</param>
/// <param name="File">The file that declares it.</param>
internal sealed record DeclaredToken(AddedToken Token, int? Id, string Role, string File);

/// <summary>The settings of a tokenizer besides its vocabulary.</summary>
/// <param name="Start">Begins a text.</param>
/// <param name="End">Ends a text.</param>
/// <param name="Pad">Fills a text up.</param>
/// <param name="Unknown">Stands for what the vocabulary lacks.</param>
/// <param name="AddedTokens">All tokens to cut out of the text, those four among them, each text once.</param>
/// <param name="MaxLength">How many ids a padded text has.</param>
internal sealed record TokenizerSettings(
    AddedToken Start, AddedToken End, AddedToken Pad, AddedToken Unknown, IReadOnlyList<DeclaredToken> AddedTokens, int MaxLength);

/// <summary>Reads the settings of a tokenizer's folder; what no file says is as in CLIP.</summary>
internal sealed class TokenizerSettingsReader(TokenizerFiles files)
{
    private const string ConfigFile = ClipTokenizerFolder.ConfigFile;
    private const string SpecialTokensFile = ClipTokenizerFolder.SpecialTokensFile;
    private const string AddedTokensFile = ClipTokenizerFolder.AddedTokensFile;
    private const string TokenizerFile = ClipTokenizerFolder.TokenizerFile;

    private const int ClipPositions = 77;
    private const int LongestLength = 100_000; // writers put 1e30 where there is no limit

    private static readonly (string Key, string Role, string Default)[] Named =
    [
        ("bos_token", "start token", "<|startoftext|>"),
        ("eos_token", "end token", "<|endoftext|>"),
        ("pad_token", "padding token", "<|endoftext|>"),
        ("unk_token", "unknown token", "<|endoftext|>"),
    ];

    private static readonly string[] Lists = ["additional_special_tokens", "extra_special_tokens"];

    private readonly Dictionary<string, DeclaredToken> specials = []; // by key
    private readonly List<DeclaredToken> others = [];
    private readonly SortedDictionary<int, DeclaredToken> declared = [];

    /// <summary>Reads the files; see <see cref="ClipTokenizerFolder.Read"/> for which of them count.</summary>
    public TokenizerSettings Read()
    {
        var config = files.Object(ConfigFile);
        if (config is { } root)
            ReadSpecials(root, ConfigFile);
        if (config is { } current && files.Member(current, ConfigFile, "added_tokens_decoder") is { } decoder)
            ReadDecoder(decoder);
        else
            ReadOlderFiles();

        DeclaredToken[] named = [.. Named.Select(Special)];
        return new(
            named[0].Token, named[1].Token, named[2].Token, named[3].Token,
            [.. declared.Values.Concat(named).Concat(others).DistinctBy(token => token.Token.Content)],
            config is { } settings ? ReadMaxLength(settings) : ClipPositions);
    }

    private DeclaredToken Special((string Key, string Role, string Default) name)
    {
        var token = specials.GetValueOrDefault(name.Key) ?? new(new(name.Default, Normalized: false), null, name.Role, ConfigFile);
        // A declaration with an id knows more about the token than its name alone.
        return declared.Values.FirstOrDefault(entry => entry.Token.Content == token.Token.Content) ?? token;
    }

    private void ReadSpecials(JsonElement root, string file)
    {
        foreach (var (key, role, _) in Named)
        {
            if (files.Member(root, file, key) is { } value)
                specials[key] = new(ReadToken(value, special: true, file, key), null, role, file);
        }
        foreach (var key in Lists)
        {
            if (files.Member(root, file, key) is { ValueKind: JsonValueKind.Array } list)
                others.AddRange(list.EnumerateArray()
                    .Select(value => new DeclaredToken(ReadToken(value, special: true, file, key), null, "special token", file)));
        }
    }

    private void ReadDecoder(JsonElement decoder)
    {
        files.Expect(decoder, JsonValueKind.Object, ConfigFile, "added_tokens_decoder");
        foreach (var entry in decoder.EnumerateObject())
        {
            var name = files.Name(entry, ConfigFile);
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw files.Fault(ConfigFile, $"added_tokens_decoder has the key {FileFault.Quote(name)}, a token's id is needed");
            Declare(entry.Value, id, ConfigFile);
        }
    }

    private void ReadOlderFiles()
    {
        if (files.Object(SpecialTokensFile) is { } map)
            ReadSpecials(map, SpecialTokensFile);
        if (files.Object(AddedTokensFile) is { } added)
            ReadAddedTokens(added);
        if (files.Object(TokenizerFile) is { } tokenizer && files.Member(tokenizer, TokenizerFile, "added_tokens") is { } list)
            ReadList(files.Expect(list, JsonValueKind.Array, TokenizerFile, "added_tokens"));
    }

    private void ReadAddedTokens(JsonElement added)
    {
        foreach (var entry in added.EnumerateObject())
        {
            var content = files.Name(entry, AddedTokensFile);
            var id = files.Id(entry.Value, AddedTokensFile, content);
            var token = WithText(new(content, Normalized: !IsSpecial(content)), AddedTokensFile);
            declared[id] = new(token, id, "added token", AddedTokensFile);
        }
    }

    private void ReadList(JsonElement list)
    {
        foreach (var entry in list.EnumerateArray())
        {
            files.Expect(entry, JsonValueKind.Object, TokenizerFile, "an entry of added_tokens");
            var id = files.Member(entry, TokenizerFile, "id") ?? throw files.Fault(TokenizerFile, "an entry of added_tokens has no \"id\"");
            Declare(entry, files.Id(id, TokenizerFile, "an added token"), TokenizerFile);
        }
    }

    private void Declare(JsonElement value, int id, string file)
    {
        files.Expect(value, JsonValueKind.Object, file, $"the added token {id}");
        var token = ReadToken(value, special: false, file, $"the added token {id}");
        declared[id] = new(token, id, "added token", file);
    }

    /// <summary>A token that is written as its text, or as an object with its text and how to look for it.</summary>
    private AddedToken ReadToken(JsonElement value, bool special, string file, string what)
    {
        if (value.ValueKind == JsonValueKind.String)
            return WithText(new(files.String(value, file, what), Normalized: false), file);
        files.Expect(value, JsonValueKind.Object, file, what);
        var content = files.Member(value, file, "content") ?? throw files.Fault(file, $"{what} has no \"content\"");
        var text = files.String(content, file, $"the content of {what}");
        special |= Truth("special", false) || IsSpecial(text);
        return WithText(
            new(text, Truth("normalized", !special), Truth("single_word", false), Truth("lstrip", false), Truth("rstrip", false)), file);

        bool Truth(string member, bool otherwise) => files.Member(value, file, member) switch
        {
            null => otherwise,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            _ => throw files.Fault(file, $"\"{member}\" of {what} is neither true nor false"),
        };
    }

    private AddedToken WithText(AddedToken token, string file) =>
        token.Content.Length > 0 ? token : throw files.Fault(file, "names a token without text");

    private bool IsSpecial(string content) => specials.Values.Concat(others).Any(token => token.Token.Content == content);

    private int ReadMaxLength(JsonElement config)
    {
        if (files.Member(config, ConfigFile, "model_max_length") is not { } value)
            return ClipPositions;
        files.Expect(value, JsonValueKind.Number, ConfigFile, "model_max_length");
        var length = value.GetDouble();
        if (length > LongestLength)
            return ClipPositions;
        return length >= 2 && length == Math.Floor(length)
            ? (int)length
            : throw files.Fault(ConfigFile,
                $"model_max_length is {FileFault.Quote(value.GetRawText())}: a whole number of at least 2 is needed");
    }
}
