using Amused.Cli.Input;
using Xunit;

namespace Amused.Cli.Tests.Input;

public sealed class JsonStringsTests
{
    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("  \"a fox\" ", "a fox")]
    [InlineData("""
        "tab\t quote\" slash\/ back\\ \u00e9 \uD83E\uDD8A \b\f\n\r"
        """, "tab\t quote\" slash/ back\\ é 🦊 \b\f\n\r")]
    public void A_string_is_read(string line, string text) => Assert.Equal(text, JsonStrings.Parse(line));

    [Fact]
    public void Half_a_surrogate_pair_is_kept()
    {
        // Not as a theory: an attribute's text must be whole characters.
        Assert.Equal("a\ud83d", JsonStrings.Parse("\"a\\ud83d\""));
        Assert.Equal("\udd8ab", JsonStrings.Parse("\"\\udd8ab\""));
        Assert.Equal("\udd8a\ud83d", JsonStrings.Parse("\"\\udd8a\\ud83d\""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("fox")]
    [InlineData("{}")]
    [InlineData("12")]
    [InlineData("\"a\" \"b\"")]
    [InlineData("\"a\\\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"a\tb\"")]
    public void Anything_else_is_none(string line) => Assert.Null(JsonStrings.Parse(line));
}
