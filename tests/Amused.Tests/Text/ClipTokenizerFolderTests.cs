using System.Text;
using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

public sealed class ClipTokenizerFolderTests
{
    private const string Start = "<|startoftext|>", End = "<|endoftext|>";

    [Fact]
    public void The_settings_name_other_special_tokens()
    {
        var tokenizer = TokenizerFixture.LoadSmall(("tokenizer_config.json", """
            {"bos_token": "a", "eos_token": {"content": "b", "__type": "AddedToken"}, "pad_token": "!", "unk_token": "c", "model_max_length": 9, "extra": [{}]}
            """));
        Assert.Equal((0, 1, 3, 2, 9),
            (tokenizer.StartTokenId, tokenizer.EndTokenId, tokenizer.PadTokenId, tokenizer.UnknownTokenId, tokenizer.MaxLength));
        Assert.Equal([0, 0, 1, 2, 1], tokenizer.Tokenize("abz"));
    }

    [Theory]
    [InlineData("1000000000000000019884624838656")]
    [InlineData("1e30")]
    [InlineData("null")]
    public void A_length_that_means_no_limit_is_clips_77(string length) =>
        Assert.Equal(77, TokenizerFixture.LoadSmall(("tokenizer_config.json", $$"""{"model_max_length": {{length}}}""")).MaxLength);

    [Fact]
    public void A_padding_token_is_special_inside_a_text_too()
    {
        Assert.Equal([11, 4, 7, 12], TokenizerFixture.LoadSmall().Tokenize("a!"));
        var padded = TokenizerFixture.LoadSmall(("special_tokens_map.json", """{"pad_token": "!"}"""));
        Assert.Equal(3, padded.PadTokenId);
        Assert.Equal([11, 4, 3, 12], padded.Tokenize("a!"));
    }

    [Fact]
    public void Listed_added_tokens_make_the_map_of_special_tokens_void() =>
        Assert.Equal(12, TokenizerFixture.LoadSmall(
            ("tokenizer_config.json", """{"added_tokens_decoder": {"0": {"content": "a", "normalized": false}}}"""),
            ("special_tokens_map.json", """{"pad_token": "!"}""")).PadTokenId);

    [Fact]
    public void A_normalized_token_is_found_in_any_case_and_a_raw_one_only_as_it_is_written()
    {
        Assert.DoesNotContain(12, TokenizerFixture.LoadSmall(("tokenizer_config.json", """{"unk_token": "a"}""")).Tokenize("<|ENDOFTEXT|>")
            .SkipLast(1));
        var normalized = TokenizerFixture.LoadSmall(("tokenizer_config.json",
            """{"added_tokens_decoder": {"12": {"content": "<|endoftext|>", "normalized": true}}}"""));
        Assert.Equal([11, 12, 4, 12], normalized.Tokenize("<|ENDOFTEXT|>a"));
    }

    [Fact]
    public void Words_that_users_added_get_ids_past_the_vocabulary()
    {
        var tokenizer = TokenizerFixture.LoadSmall(("added_tokens.json", """{"<cat-toy>": 13}"""));
        Assert.Equal([11, 4, 13, 5, 12], tokenizer.Tokenize("a<Cat-Toy>b"));
        Assert.Equal("<cat-toy>", tokenizer.Piece(13));
        Assert.Equal(14, tokenizer.VocabularySize);
    }

    [Fact]
    public void Tokenizer_json_alone_is_enough()
    {
        var tokenizer = TokenizerFixture.LoadSmall(("vocab.json", null), ("merges.txt", null),
            ("tokenizer.json", TokenizerJson("""["a b", ["a", "b</w>"]]""")));
        Assert.Equal([11, 8, 9, 13, 12], tokenizer.Tokenize("abab<x>"));
    }

    [Fact]
    public void Line_breaks_of_windows_a_byte_order_mark_and_empty_lines_are_nothing_to_mind() =>
        Assert.Equal([11, 9, 12], TokenizerFixture.LoadSmall(
            ("merges.txt", "\uFEFF#version: 0.2\r\na b\r\n\r\na b</w>\r\n"), ("tokenizer_config.json", "\uFEFF{}")).Tokenize("ab"));

    [Fact]
    public void A_missing_folder_is_named() =>
        Assert.StartsWith("/no/such: ", Assert.Throws<BrokenInputException>(() => ClipTokenizer.Load("/no/such")).Message);

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void A_missing_file_is_named(string file) =>
        Assert.Contains("there is no such file", TokenizerFixture.ErrorOfLoading(file, (file, null)), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{\"a\": 0,", "not valid JSON")]
    [InlineData("[]", "an object is needed")]
    [InlineData("{\"a\": 0, \"b\": 0}", "another piece")]
    [InlineData("{\"a\": 0, \"a\": 1}", "twice")]
    [InlineData("{\"a\": -1}", "ids are whole numbers")]
    [InlineData("{\"a\": 1.5}", "ids are whole numbers")]
    [InlineData("{\"a\": 99999999999}", "ids are whole numbers")]
    [InlineData("{\"a\": 2000000}", "ids are whole numbers")]
    [InlineData("{\"a\": \"0\"}", "ids are whole numbers")]
    [InlineData("{\"a\\n\": null}", "ids are whole numbers")]
    [InlineData("{\"\\ud800\": 0}", "surrogate")]
    [InlineData("{}", "a b")] // then the merges do not fit
    public void A_broken_vocabulary_is_refused_and_named(string text, string reason) =>
        Assert.Contains(reason, TokenizerFixture.ErrorOfLoading(text == "{}" ? "merges.txt" : "vocab.json", ("vocab.json", text)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("#version: 0.2\na\n", "line 2")]
    [InlineData("a b\na b c\n", "line 2")]
    [InlineData("a b\n\na x\n", "line 3")]
    [InlineData("a c\n", "line 1")]
    [InlineData("a  b\n", "line 1")]
    public void A_merge_that_does_not_fit_the_vocabulary_is_refused_by_its_line(string text, string reason) =>
        Assert.Contains(reason, TokenizerFixture.ErrorOfLoading("merges.txt", ("merges.txt", text)), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        using var folder = TokenizerFixture.Small();
        folder.Write("merges.txt", [.. "a b\n"u8, 0xFF, 0xFE]);
        Assert.Contains("UTF-8", Assert.Throws<BrokenInputException>(() => ClipTokenizer.Load(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_without_its_special_tokens_is_refused() => Assert.Contains(
        $"lacks the start token \"{Start}\"",
        TokenizerFixture.ErrorOfLoading("vocab.json", ("vocab.json", TokenizerFixture.Vocabulary("a", "b")), ("merges.txt", "")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("nonsense", "not valid JSON")]
    [InlineData("[1]", "an object is needed")]
    [InlineData("""{"bos_token": 5}""", "bos_token")]
    [InlineData("""{"bos_token": {"text": "a"}}""", "content")]
    [InlineData("""{"bos_token": ""}""", "without text")]
    [InlineData("""{"bos_token": {"content": "a", "lstrip": 1}}""", "lstrip")]
    [InlineData("""{"added_tokens_decoder": []}""", "added_tokens_decoder")]
    [InlineData("""{"added_tokens_decoder": {"x": {"content": "a"}}}""", "key \"x\"")]
    [InlineData("""{"added_tokens_decoder": {"0": "a"}}""", "added token 0")]
    [InlineData("""{"added_tokens_decoder": {"1": {"content": "a"}}}""", "the vocabulary has it as 0")]
    [InlineData("""{"added_tokens_decoder": {"5": {"content": "new"}}}""", "another piece")]
    [InlineData("""{"added_tokens_decoder": {"2000000": {"content": "new"}}}""", "ids run from")]
    [InlineData("""{"model_max_length": "77"}""", "model_max_length")]
    [InlineData("""{"model_max_length": 1}""", "model_max_length")]
    [InlineData("""{"model_max_length": 7.5}""", "model_max_length")]
    [InlineData("""{"model_max_length": 1e999}""", null)]
    public void A_broken_configuration_is_refused_and_named(string text, string? reason)
    {
        if (reason is null)
            Assert.Equal(77, TokenizerFixture.LoadSmall(("tokenizer_config.json", text)).MaxLength);
        else
            Assert.Contains(reason, TokenizerFixture.ErrorOfLoading("tokenizer_config.json", ("tokenizer_config.json", text)),
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "model")]
    [InlineData("""{"model": {"type": "WordPiece"}}""", "byte-pair")]
    [InlineData("""{"model": {"vocab": {}}}""", "merges")]
    [InlineData("""{"model": {"vocab": {}, "merges": [1]}}""", "merge")]
    [InlineData("""{"model": {"vocab": {}, "merges": ["a b"]}}""", "merge 1")]
    public void A_broken_tokenizer_json_is_refused_and_named(string text, string reason) =>
        Assert.Contains(reason, TokenizerFixture.ErrorOfLoading("tokenizer.json", ("tokenizer.json", text)), StringComparison.Ordinal);

    [Fact]
    public void Files_of_two_tokenizers_in_one_folder_are_refused()
    {
        var json = TokenizerJson("""["a b", "a b</w>", "ab c</w>"]""");
        Assert.Equal([11, 10, 12], TokenizerFixture.LoadSmall(("tokenizer.json", json)).Tokenize("abc"));
        TokenizerFixture.ErrorOfLoading("merges.txt", ("tokenizer.json", json), ("merges.txt", "a b\n"));
        TokenizerFixture.ErrorOfLoading("vocab.json", ("tokenizer.json", json), ("vocab.json", TokenizerFixture.Vocabulary(Start, End)));
    }

    [Fact]
    public void A_file_nested_without_end_is_refused() =>
        TokenizerFixture.ErrorOfLoading("tokenizer_config.json",
            ("tokenizer_config.json", new StringBuilder("{\"a\":").Insert(5, "[", 1_000_000).ToString()));

    private static string TokenizerJson(string merges) => $$$"""
        {
          "added_tokens": [{"id": 13, "content": "<x>", "special": true}],
          "model": {"type": "BPE", "vocab": {{{TokenizerFixture.Vocabulary("a", "b", "c", "!", "a</w>", "b</w>", "c</w>", "!</w>", "ab", "ab</w>", "abc</w>", Start, End)}}}, "merges": {{{merges}}}}
        }
        """;
}
