using Amused.Cli.Input;
using Amused.Sampling;
using Xunit;

namespace Amused.Cli.Tests.Input;

public sealed class TokenFileTests
{
    [Fact]
    public void Images_rows_and_columns_are_written_and_read_back()
    {
        using var folder = new TemporaryFolder();
        TokenGrid[] images = [new(2, 3, [0, 1, 2, 3, 4, 5]), new(1, 2, [7, 8])];
        TokenFile.Save(folder["t.json"], images, steps: null);
        Assert.Equal("""{"tokens":[[[0,1,2],[3,4,5]],[[7,8]]]}""", File.ReadAllText(folder["t.json"]));
        Assert.Equal(images, TokenFile.Load(folder["t.json"]));
    }

    [Fact]
    public void Steps_stand_beside_the_final_tokens()
    {
        using var folder = new TemporaryFolder();
        TokenGrid first = new(1, 1, [9]), last = new(1, 1, [3]);
        TokenFile.Save(folder["t.json"], [last], [[first], [last]]);
        Assert.Equal("""{"tokens":[[[3]]],"steps":[[[[9]]],[[[3]]]]}""", File.ReadAllText(folder["t.json"]));
        Assert.Equal([last], TokenFile.Load(folder["t.json"]));
    }

    [Theory]
    [InlineData("tokens", "no JSON")]
    [InlineData("[]", "no token ids")]
    [InlineData("{\"tokens\":[]}", "no token ids")]
    [InlineData("{\"tokens\":[1]}", "image 0 is not a list of rows")]
    [InlineData("{\"tokens\":[[[1]],[[1,2],[3]]]}", "image 1 has rows of different lengths")]
    [InlineData("{\"tokens\":[[[]]]}", "rows of different lengths")]
    [InlineData("{\"tokens\":[[[1.5]]]}", "1.5")]
    [InlineData("{\"tokens\":[[[-1]]]}", "-1")]
    [InlineData("{\"tokens\":[[[\"a\"]]]}", "no token id")]
    public void What_is_no_token_file_is_refused_and_named(string content, string words)
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<BrokenInputException>(() => TokenFile.Load(folder.Write("t.json", content)));
        Assert.Contains("t.json", error.Message);
        Assert.Contains(words, error.Message);
    }
}
