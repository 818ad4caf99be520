using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

/// <summary>Against answers of the reference's own tokenizer library, among the fixtures.</summary>
public sealed class ClipTokenizerReferenceTests
{
    public static TheoryData<string, string> CodePoints =>
        [.. Blocks().Select(block => new TheoryDataRow<string, string>(block.Name, block.Value.GetString()!))];

    [Fact]
    public void Texts_of_all_scripts_have_the_references_ids() =>
        Assert.All(TokenizerFixture.Lines("texts.jsonl"), row => AssertRow(TokenizerFixture.Clip, row));

    [Fact]
    public void Unknown_symbols_added_tokens_and_disorderly_merges_are_treated_as_in_the_reference() =>
        Assert.All(TokenizerFixture.Lines("small-vocabularies.jsonl"), line =>
        {
            using TemporaryFolder folder = new();
            folder.Write("tokenizer.json", line.GetProperty("tokenizer").GetRawText());
            var tokenizer = ClipTokenizer.Load(folder.Path);
            Assert.All(line.GetProperty("rows").EnumerateArray(), row => AssertRow(tokenizer, row));
        });

    [Theory]
    [MemberData(nameof(CodePoints))]
    public void Every_code_point_alone_and_between_others_has_the_references_ids(string first, string hash)
    {
        var start = int.Parse(first, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var rune in Enumerable.Range(start, 4096).Where(value => value is < 0xD800 or > 0xDFFF))
        {
            var character = char.ConvertFromUtf32(rune);
            int[] ids = [.. TokenizerFixture.Clip.Tokenize($"a{character}b!{character}! {character}")];
            sum.AppendData(MemoryMarshal.AsBytes(ids.AsSpan()));
        }
        Assert.Equal(hash, Convert.ToHexStringLower(sum.GetHashAndReset())[..hash.Length]);
    }

    private static void AssertRow(ClipTokenizer tokenizer, JsonElement row) =>
        Assert.Equal(TokenizerFixture.Ids(row), tokenizer.Tokenize(row.GetProperty("text").GetString()!));

    private static IEnumerable<JsonProperty> Blocks() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TokenizerFixture.ClipFolder, "code-points.json"))).RootElement.EnumerateObject();
}
