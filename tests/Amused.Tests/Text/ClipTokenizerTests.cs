using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

public sealed class ClipTokenizerTests
{
    private static ClipTokenizer Clip => TokenizerFixture.Clip;

    [Fact]
    public void A_folder_with_only_pieces_and_merges_has_clips_own_settings()
    {
        Assert.Equal(77, Clip.MaxLength);
        Assert.Equal("<|startoftext|>", Clip.Piece(Clip.StartTokenId));
        Assert.Equal("<|endoftext|>", Clip.Piece(Clip.EndTokenId));
        Assert.Equal(Clip.EndTokenId, Clip.PadTokenId);
        Assert.Equal(Clip.EndTokenId, Clip.UnknownTokenId);
        Assert.Equal(49_408, Clip.VocabularySize);
    }

    [Fact]
    public void A_short_prompt_is_padded_and_nothing_is_lost()
    {
        var prompt = TokenizerFixture.LoadSmall().Encode("ab c");
        Assert.Equal([11, 9, 6, .. Enumerable.Repeat(12, 74)], prompt.Ids);
        Assert.Equal(4, prompt.TokenCount);
        Assert.Null(prompt.Lost);
    }

    [Theory]
    [InlineData("a b c", 5, null)]
    [InlineData("a b c a", 6, "a")]
    [InlineData("a  B\tC   A  b  ", 7, "A  b")]
    [InlineData("a b c <|endoftext|> b", 7, "<|endoftext|> b")]
    public void A_long_prompt_keeps_the_end_token_and_quotes_what_was_cut_off(string text, int count, string? lost)
    {
        var prompt = TokenizerFixture.LoadSmall(("tokenizer_config.json", """{"model_max_length": 5}""")).Encode(text);
        Assert.Equal([11, 4, 5, 6, 12], prompt.Ids);
        Assert.Equal(count, prompt.TokenCount);
        Assert.Equal(lost, prompt.Lost);
    }

    [Theory]
    [InlineData("a b supercalifragilisticexpialidocious c", 9, "expialidocious c")]
    [InlineData("e\u0301 A\u0301A\u0301A\u0301 ñ", 4, "A\u0301A\u0301 ñ")]
    [InlineData("x 日本語 y", 4, "本語 y")]
    public void A_cut_inside_a_word_is_quoted_from_the_first_character_that_lost_a_token(string text, int length, string lost)
    {
        using var folder = ClipFolder($$"""{"model_max_length": {{length}}}""");
        Assert.Equal(lost, ClipTokenizer.Load(folder.Path).Encode(text).Lost);
    }

    [Fact]
    public void Ten_thousand_words_are_cut_at_the_75th()
    {
        var words = Enumerable.Range(0, 10_000).Select(number => number % 2 == 0 ? "dog" : "cat").ToArray();
        var prompt = Clip.Encode(string.Join(' ', words));
        Assert.Equal(77, prompt.Ids.Length);
        Assert.Equal(10_002, prompt.TokenCount);
        Assert.Equal(string.Join(' ', words[75..]), prompt.Lost);
    }

    [Fact]
    public void Half_a_surrogate_pair_counts_as_the_replacement_character() =>
        Assert.Equal(Clip.Tokenize("a\uFFFDb \uFFFD"), Clip.Tokenize("a\uD83Db \uDE00"));

    [Fact]
    public void A_text_without_words_is_start_and_end() =>
        Assert.All(["", " ", "\t\u0085\u3000\u2028"], text => Assert.Equal([49406, 49407], Clip.Tokenize(text)));

    [Fact]
    public void A_megabyte_in_one_word_is_encoded()
    {
        var ids = Clip.Tokenize(new string('a', 1 << 20));
        Assert.Equal(1 << 20, ids.Skip(1).SkipLast(1).Sum(id => Clip.Piece(id).Replace("</w>", "", StringComparison.Ordinal).Length));
    }

    [Fact]
    public void Pieces_show_the_end_of_a_word() =>
        Assert.Equal(["<|startoftext|>", "astro", "dog</w>", "<|endoftext|>"], Clip.Tokenize("astrodog").Select(Clip.Piece));

    [Fact]
    public void Decoding_gives_readable_text() =>
        Assert.Equal("<|startoftext|>a dog , naïve 日本語 👩‍🚀! <|endoftext|>", Clip.Decode(Clip.Tokenize("A dog, naïve 日本語 👩‍🚀!")));

    [Theory]
    [InlineData(-1)]
    [InlineData(49_408)]
    public void An_id_that_no_piece_has_is_refused(int id)
    {
        Assert.Contains("49407", Assert.Throws<InvalidRequestException>(() => Clip.Piece(id)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidRequestException>(() => Clip.Decode([id]));
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        var texts = TokenizerFixture.Lines("texts.jsonl").Select(row => row.GetProperty("text").GetString()!).Take(300).ToArray();
        using var folder = ClipFolder("{}");
        var shared = ClipTokenizer.Load(folder.Path);
        var results = new IReadOnlyList<int>[texts.Length * 4];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, index =>
            results[index] = shared.Tokenize(texts[index % texts.Length]));
        Assert.All(results.Index(), result => Assert.Equal(Clip.Tokenize(texts[result.Index % texts.Length]), result.Item));
    }

    [Fact]
    public void A_saved_tokenizer_has_its_files_byte_for_byte()
    {
        using var folder = ClipFolder("""{ "pad_token":"!" }""");
        using TemporaryFolder copy = new();
        ClipTokenizer.Load(folder.Path).Save(copy["new/tokenizer"]);
        Assert.Equal(Files(folder.Path), Files(copy["new/tokenizer"]));
    }

    [Fact]
    public void A_tokenizer_without_settings_is_saved_with_them()
    {
        using var folder = TokenizerFixture.Small();
        using TemporaryFolder copy = new();
        ClipTokenizer.Load(folder.Path).Save(copy.Path);
        Assert.Equal(
            ["merges.txt", "special_tokens_map.json", "tokenizer_config.json", "vocab.json"],
            Directory.GetFiles(copy.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([11, 8, 9, 12], ClipTokenizer.Load(copy.Path).Tokenize("abab"));
        Assert.Contains("\"model_max_length\": 77", File.ReadAllText(copy["tokenizer_config.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_length_cuts_prompts_and_is_saved_with_the_tokenizer(bool hasSettings)
    {
        using var folder = hasSettings
            ? TokenizerFixture.Small(("tokenizer_config.json", """{"model_max_length": 9}"""))
            : TokenizerFixture.Small();
        using TemporaryFolder copy = new();
        var cut = ClipTokenizer.Load(folder.Path).WithMaxLength(5);
        cut.Save(copy.Path);
        Assert.Equal([11, 4, 5, 6, 12], cut.Encode("a b c a").Ids);
        Assert.Equal(cut.Encode("b a").Ids, ClipTokenizer.Load(copy.Path).Encode("b a").Ids);
        Assert.Contains("at least 2", Assert.Throws<InvalidRequestException>(() => cut.WithMaxLength(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_where_no_file_may_be_is_refused_and_named()
    {
        using TemporaryFolder folder = new();
        var file = folder.Write("taken", "");
        Assert.Contains(file, Assert.Throws<BrokenInputException>(() => Clip.Save(file)).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Files(string folder) =>
        Directory.GetFiles(folder)
            .ToDictionary(path =>
            Path.GetFileName(path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));

    private static TemporaryFolder ClipFolder(string config) => TokenizerFixture.Small(
        ("vocab.json", File.ReadAllText(Path.Combine(TokenizerFixture.ClipFolder, "vocab.json"))),
        ("merges.txt", File.ReadAllText(Path.Combine(TokenizerFixture.ClipFolder, "merges.txt"))),
        ("tokenizer_config.json", config));
}
