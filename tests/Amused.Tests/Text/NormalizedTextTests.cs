using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

public sealed class NormalizedTextTests
{
    [Theory]
    [InlineData("A  \t\u0085b", "a b")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("E\u0323\u0302", "\u1EC7")]
    [InlineData("E\u0302\u0323", "\u1EC7")] // marks in the other order
    [InlineData("\u0301e", "\u0301e")] // nothing before the mark
    [InlineData("e\u0301\u0301", "\u00E9\u0301")] // the second is blocked
    [InlineData("\u212B\u2126\u212A", "\u00E5\u03C9k")] // Ångström, ohm, kelvin
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("\u1112\u1161\u11AB\uAE00\u11A8", "\uD55C\uAE00\u11A8")] // Hangul; a syllable with a final takes no other
    [InlineData("İI", "i\u0307i")]
    [InlineData("ΟΔΟΣ", "οδοσ")]
    [InlineData("ẞ \uFB01 Ⅷ ＡＢ 𐐀", "ß \uFB01 ⅷ ａｂ 𐐨")]
    public void A_text_is_composed_its_white_space_joined_and_its_letters_small(string text, string normal) =>
        Assert.Equal(normal, NormalizedText.Of(text));

    [Fact] // a fact, as attributes cannot hold such a string
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("a\uFFFDb\uFFFD", NormalizedText.Of("a\uD800b\uDC00"));

    [Fact]
    public void Each_character_knows_where_it_comes_from()
    {
        var text = NormalizedText.Of("..İ \t 𐐀e\u0301x", 2, 8);
        Assert.Equal("i\u0307 𐐨é", text.Text);
        Assert.Equal([2, 2, 3, 6, 6, 8], Enumerable.Range(0, text.Text.Length).Select(text.SourceOffset));
    }
}
