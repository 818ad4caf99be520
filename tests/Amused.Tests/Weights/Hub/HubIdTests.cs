using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

public sealed class HubIdTests
{
    [Theory]
    [InlineData("amused/amused-512")]
    [InlineData("Org_1/a.b-c_d")]
    [InlineData("123/4")]
    public void An_organisation_and_a_name_are_an_id(string text) => Assert.True(HubId.LooksLikeId(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("amused-512")]
    [InlineData("/amused-512")]
    [InlineData("amused/")]
    [InlineData("./amused")]
    [InlineData("../amused")]
    [InlineData("~/amused")]
    [InlineData("C:/amused")]
    [InlineData(@"models\amused")]
    [InlineData("a/b/c")]
    [InlineData("a--b/c")]
    [InlineData("a/b..c")]
    [InlineData("a/b.git")]
    [InlineData("a/b ")]
    [InlineData("a/b\n")]
    [InlineData("a/-b")]
    [InlineData("https://huggingface.co/a/b")]
    public void Anything_else_is_none(string text) => Assert.False(HubId.LooksLikeId(text));

    [Fact]
    public void A_name_has_96_characters_at_most()
    {
        Assert.True(HubId.LooksLikeId("a/" + new string('b', 96)));
        Assert.False(HubId.LooksLikeId("a/" + new string('b', 97)));
    }

    [Fact]
    public void A_refused_id_is_quoted_in_one_line()
    {
        var message = Assert.Throws<InvalidRequestException>(() => HubId.Require("a\nb")).Message;
        Assert.Contains("\"a\\u000ab\" is no hub id", message, StringComparison.Ordinal);
    }
}
