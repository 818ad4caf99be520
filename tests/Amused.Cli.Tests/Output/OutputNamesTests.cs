using Amused.Cli.Output;
using Xunit;

namespace Amused.Cli.Tests.Output;

public sealed class OutputNamesTests
{
    [Fact]
    public void One_picture_keeps_the_plain_name() => Assert.Equal(["out.png"], Names("out.png", 1));

    [Fact]
    public void Several_pictures_of_a_plain_name_are_numbered() =>
        Assert.Equal(["out-0.png", "out-1.png", "out-2.png"], Names("out.png", 3));

    [Fact]
    public void Seed_index_and_prompt_are_filled_in() =>
        Assert.Equal(["a/0-100-a-fox.png", "a/1-101-a-fox.png"], Names("a/{index}-{seed}-{prompt}.png", 2));

    [Fact]
    public void Only_names_that_would_be_the_same_are_numbered()
    {
        var subjects = new[] { ("x", 1), ("y", 1), ("x", 2) }
            .Select(pair => new OutputSubject("{prompt}.png", "out.png", pair.Item1, pair.Item2)).ToList();
        Assert.Equal(["x-0.png", "y.png", "x-1.png"], OutputNames.Assign(subjects));
    }

    [Fact]
    public void A_number_never_meets_a_name_that_is_taken()
    {
        var subjects = new[] { "a.png", "a-0.png", "a.png" }.Select(name => new OutputSubject(name, "out.png", "", 0)).ToList();
        var names = OutputNames.Assign(subjects);
        Assert.Equal(3, names.Distinct().Count());
        Assert.Equal(["a-1.png", "a-0.png", "a-2.png"], names);
    }

    [Fact]
    public void A_folder_gets_the_usual_name_in_it()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([folder["out.png"]], Names(folder.Path, 1));
        Assert.Equal(["new/out.png"], Names("new/", 1));
    }

    [Theory]
    [InlineData("A red fox, in the snow!", "A-red-fox-in-the-snow")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("  ", "picture")]
    [InlineData("Füchse 狐", "Füchse-狐")]
    [InlineData("con\u0000trol\u001b[2J", "con-trol-2J")]
    public void A_prompt_becomes_a_name_that_every_system_takes(string prompt, string name) =>
        Assert.Equal(name, OutputNames.Sanitize(prompt));

    [Fact]
    public void A_long_prompt_is_cut() => Assert.Equal(60, OutputNames.Sanitize(new string('a', 10_000)).Length);

    [Fact]
    public void An_unknown_placeholder_is_refused_and_the_known_ones_named()
    {
        var error = Assert.Throws<InvalidRequestException>(() => Names("{date}.png", 1));
        Assert.Contains("{date}", error.Message);
        Assert.Contains("{seed}", error.Message);
    }

    private static IReadOnlyList<string> Names(string pattern, int count) =>
        OutputNames.Assign([.. Enumerable.Range(0, count).Select(k => new OutputSubject(pattern, "out.png", "a fox", 100 + k))]);
}
