using System.Text;
using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

public sealed class KnownWordsTests
{
    private static readonly KnownWords words = Parse(
        """
        {
          "things": { "fox": [], "hot air balloon": [], "butterfly": [], "snowman": [], "cactus": [], "aeroplane": ["airplane"], "house": [], "wolf": [] },
          "colours": { "red": [], "purple": ["violet"] },
          "places": { "next to": ["beside"], "on the left": [] },
          "other": { "a": ["an"], "the": [], "medium-sized": [] }
        }
        """);

    [Theory]
    [InlineData("a red fox")]
    [InlineData("A RED, Fox!")]
    [InlineData("the airplane beside a hot air balloon")]
    [InlineData("a hot-air balloon, next to: the fox...")]
    [InlineData("a medium sized house on the left")]
    [InlineData("")]
    [InlineData("… — !?")]
    public void A_prompt_of_known_words_has_no_unknown_ones(string prompt)
    {
        Assert.Empty(words.UnknownIn(prompt));
        Assert.Null(words.NoticeOf(prompt, "a prompt"));
    }

    [Theory]
    [InlineData("foxes houses butterflies aeroplanes wolves cacti snowmen")]
    [InlineData("hot air balloons")]
    [InlineData("the fox's house, the wolf’s house")]
    public void Plurals_of_known_words_are_known(string prompt) => Assert.Empty(words.UnknownIn(prompt));

    [Fact]
    public void A_singular_is_known_by_its_plural() =>
        Assert.Empty(Parse("""{"skies": {"clouds": [], "stars": []}}""").UnknownIn("cloud star"));

    [Theory]
    [InlineData("a purpel dragon", "purpel", "dragon")]
    [InlineData("a hot fox next the house", "hot", "next")]
    [InlineData("Dragon dragon DRAGON", "Dragon")]
    [InlineData("ein Fuchs, 3 лисы и 🦊", "ein", "Fuchs", "3", "лисы", "и")]
    public void Unknown_words_are_named_once_as_they_are_written(string prompt, params string[] unknown) =>
        Assert.Equal(unknown, words.UnknownIn(prompt));

    [Theory]
    [InlineData("purpel", "purple")]
    [InlineData("Violett", "violet")]
    [InlineData("butterf", "butterfly")]
    [InlineData("foxx", "fox")]
    [InlineData("balloon", "hot air balloon")]
    [InlineData("dragon", null)]
    [InlineData("x", null)]
    public void The_nearest_known_word_is_found_where_one_is_near(string word, string? nearest) =>
        Assert.Equal(nearest, words.Nearest(word));

    [Fact]
    public void One_line_names_the_unknown_words_and_the_nearest_known() =>
        Assert.Equal("the model doesn't know this word of a prompt: \"purpel\" (nearest: \"purple\")",
            words.NoticeOf("a purpel fox", "a prompt"));

    [Fact]
    public void Where_nothing_is_near_the_line_says_what_there_is()
    {
        var line = words.NoticeOf("a dragon, foxx", "a negative prompt");
        Assert.StartsWith(
            "the model doesn't know these words of a negative prompt: \"dragon\", \"foxx\" (nearest: \"fox\"); it knows things: fox, "
            + "hot air balloon, ", line);
        Assert.Contains("colours: red, purple; places: next to, on the left", line);
        Assert.DoesNotContain("\n", line);
    }

    [Fact]
    public void A_long_group_is_cut_in_the_line_and_whole_among_the_choices()
    {
        var many = Parse("{\"things\": {" + string.Join(", ", Enumerable.Range(0, 50).Select(i => $"\"thing{i}\": []")) + "}}");
        Assert.EndsWith("thing11 and 38 more", many.NoticeOf("dragon", "a prompt"));
        Assert.Equal(50, many.Choices["things"].Count);
    }

    [Fact]
    public void Choices_are_in_the_files_order_without_the_fillers() => Assert.Equal(["things", "colours", "places"], words.Choices.Keys);

    [Theory]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("""{"things": ["fox"]}""", "\"things\" must be an object of words")]
    [InlineData("""{"things": {"fox": "dog"}}""", "\"fox\" must have a list of its synonyms")]
    [InlineData("""{"things": {"fox": [1]}}""", "\"fox\" must have a list of its synonyms")]
    [InlineData("""{"things": {"!": []}}""", "\"!\" is no word")]
    public void A_broken_file_is_named_with_what_is_wrong(string json, string message) =>
        Assert.StartsWith($"words.json: {message}", Assert.Throws<BrokenInputException>(() => Parse(json)).Message);

    private static KnownWords Parse(string json) => KnownWords.Parse("words.json", Encoding.UTF8.GetBytes(json));
}
