using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

public sealed class BytePairEncoderTests
{
    private static readonly string[] Pieces = ["?", "a", "b", "a</w>", "b</w>", "aa", "ab", "ab</w>", "aab</w>", "ba", "aba"];

    [Theory]
    [InlineData("a", "a</w>")]
    [InlineData("ab", "ab</w>")]
    [InlineData("aaab", "aa ab</w>")] // of equal pairs the leftmost merges first
    [InlineData("aaaab", "aa aab</w>")]
    [InlineData("aba", "ab a</w>")] // "b a" comes first, but the a at a word's end is another symbol
    [InlineData("abab", "aba b</w>")]
    [InlineData("axb", "a ? b</w>")]
    [InlineData("é", "? ?")] // two bytes
    public void Pairs_merge_by_rank_then_from_the_left(string word, string pieces) =>
        Assert.Equal(pieces.Split(' '), Encoder("b a", "a a", "a b</w>", "a b", "a ab</w>", "aa b</w>", "a ba").Encode(word)
            .Select(id => Pieces[id]));

    [Fact]
    public void Of_a_pair_that_is_listed_twice_the_later_rank_counts() =>
        Assert.Equal(["ab", "ab</w>"], Encoder("b a", "a b", "a b</w>", "b a").Encode("abab").Select(id => Pieces[id]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void A_token_that_begins_inside_a_character_belongs_to_that_character(int token, int character) =>
        Assert.Equal(character, Encoder("a b</w>").CharacterOf("éxab", token));

    private static BytePairEncoder Encoder(params string[] merges)
    {
        ClipVocabulary vocabulary = new(Pieces.Length);
        foreach (var (id, piece) in Pieces.Index())
            Assert.Null(vocabulary.Add(piece, id));
        return new(vocabulary, [.. merges.Select(merge => merge.Split(' '))
            .Select(pair => new SymbolMerge(Id(pair[0]), Id(pair[1]), Id(pair[0] + pair[1])))], unknownId: 0);

        static int Id(string piece) => Array.IndexOf(Pieces, piece);
    }
}
