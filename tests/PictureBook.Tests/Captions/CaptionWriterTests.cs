using System.Text.Json;
using System.Text.RegularExpressions;
using PictureBook.Captions;
using PictureBook.Scenes;
using Xunit;

namespace PictureBook.Tests.Captions;

/// <summary>Reads captions back by words of its own, and holds them against the scenes.</summary>
public partial class CaptionWriterTests
{
    private static readonly List<(Scene Scene, string Caption)> Written =
        [.. Enumerable.Range(0, 6000).Select(i => SceneSampler.Sample(5, i, i % 4 == 0 ? Split.HeldOut : Split.Train)).Select(scene => (scene, CaptionWriter.Write(scene)))];

    [Fact]
    public void Every_thing_is_named_and_no_other_one()
    {
        foreach (var (scene, caption) in Written)
            Assert.Equal(scene.Things.Select(thing => thing.Thing.Name).Order(), Nouns().Matches(caption).Select(match => Named(match).Name).Order());
    }

    [Fact]
    public void Colours_sizes_and_places_are_those_of_the_things()
    {
        foreach (var (scene, caption) in Written)
        {
            foreach (Match match in Nouns().Matches(caption))
            {
                var thing = scene.Things.Single(thing => thing.Thing == Named(match));
                if (match.Groups["colour"].Value is { Length: > 0 } colour)
                    Assert.Equal(thing.Colour.ToString(), colour == "violet" ? "purple" : colour, ignoreCase: true);
                if (match.Groups["size"].Value is { Length: > 0 } size)
                    Assert.Equal(thing.Size, Size(size));
                if (match.Groups["place"].Value is { Length: > 0 } place && !Relation().IsMatch(caption) && !PlaceFirst().IsMatch(caption))
                    Assert.Equal(thing.Place, PlaceOf(place));
            }

            // What begins with a place, "on the left a fox, on the right a car", goes on with its thing.
            if (PlaceFirst().Match(caption) is { Success: true } first)
                Assert.Equal(PlaceOf(first.Groups["place"].Value), scene.Things.Single(thing => thing.Thing == Named(Nouns().Match(caption, first.Index))).Place);
        }
    }

    [Fact]
    public void Left_of_and_right_of_are_told_in_the_right_order()
    {
        foreach (var (scene, caption) in Written.Where(it => Relation().IsMatch(it.Caption)))
        {
            bool isLeft = Relation().Match(caption).Groups["side"].Value == "left";
            Assert.Equal(Named(Nouns().Match(caption)), scene.Things[isLeft ? 0 : 1].Thing);
        }
    }

    [Theory]
    [InlineData("night|midnight|dark|stars|starry|moonlight", Sky.Night)]
    [InlineData("sunset|sundown|dusk|evening|setting|goes down|orange sky", Sky.Sunset)]
    [InlineData("rain|rains|raining|rainy|wet|grey", Sky.Rain)]
    [InlineData("sunny|sunshine|clear|daytime|day(?<!rainy day|wet day)|sky is blue|blue sky", Sky.Day)]
    public void Words_of_a_sky_stand_under_that_sky_alone(string words, Sky sky) =>
        Assert.Equal([sky], Saying(words).Select(it => it.Scene.Sky).Distinct());

    [Theory]
    [InlineData("meadow|grass|lawn|(?<!snowy )field|green hills", Ground.Meadow)]
    [InlineData("desert|sand|sandy|dunes", Ground.Desert)]
    [InlineData("snow|snowy|winter", Ground.Snow)]
    [InlineData("sea|ocean|beach|seaside|shore|coast|water", Ground.Sea)]
    public void Words_of_a_ground_stand_on_that_ground_alone(string words, Ground ground) =>
        Assert.Equal([ground], Saying(words).Select(it => it.Scene.Ground).Distinct());

    [Fact]
    public void Sun_moon_and_clouds_are_named_only_where_they_are()
    {
        Assert.All(Saying("sun|sunny|sunshine"), it => Assert.True(it.Scene.HasSun, it.Caption));
        Assert.All(Saying("moon|moonlight"), it => Assert.True(it.Scene.HasMoon, it.Caption));
        Assert.All(Saying("cloud"), it => Assert.Equal(1, it.Scene.Clouds));
        Assert.All(Saying("clouds"), it => Assert.True(it.Scene.Clouds > 1, it.Caption));
        Assert.All(Saying("cloudy"), it => Assert.True(it.Scene.Clouds > 0, it.Caption));
        Assert.All(Saying("clear"), it => Assert.Equal(0, it.Scene.Clouds));
        Assert.All(Saying("beach|shore"), it => Assert.All(it.Scene.Things, thing => Assert.Equal(Habitat.Land, thing.Thing.Habitat)));
    }

    [Fact]
    public void Captions_are_short_their_words_few_and_hardly_two_alike()
    {
        Assert.All(Written, it => Assert.InRange(CaptionWriter.Words(it.Caption), 1, CaptionWriter.MostWords));
        Assert.All(Written, it => Assert.Matches(@"^[a-z]+([ -][a-z]+|, [a-z]+|\. [a-z]+)*\.?$", it.Caption));
        Assert.InRange(Words(Written).Distinct().Count(), 150, 200);
        Assert.True(Written.Select(it => it.Caption).Distinct().Count() > 0.95 * Written.Count);
    }

    [Fact]
    public void Each_detail_is_named_often_enough_to_be_learned()
    {
        Assert.True(Share("night|stars|starry|moonlight|sunset|dusk|evening|rain|rainy|raining|day|daytime|clear|blue sky") > 0.6);
        Assert.True(Share("meadow|grass|field|green hills|desert|sand|snow|snowy|sea|ocean|beach|seaside|water") > 0.6);
        Assert.True(Share("left|right|middle|centre") > 0.4);
        Assert.True(Share("small|little|tiny|large|big|huge|giant|medium-sized") > 0.25);
        Assert.True(Written.Average(it => Nouns().Matches(it.Caption).Count(match => match.Groups["colour"].Length > 0))
            > 0.85 * Written.Average(it => it.Scene.Things.Count(thing => thing.Colour != ThingColour.None)));
    }

    [Fact]
    public void A_complete_caption_names_each_thing_with_colour_and_place_sky_and_ground()
    {
        foreach (var (scene, _) in Written.Take(1000).Where(it => it.Scene.Things.Count > 0))
        {
            string caption = CaptionWriter.Write(scene, CaptionDetail.Complete);
            Assert.InRange(CaptionWriter.Words(caption), 1, CaptionWriter.MostWords);
            var told = Nouns().Matches(caption).Select(match => (match.Groups["noun"].Value, match.Groups["colour"].Value, match.Groups["place"].Value.Length == 0 ? "" : Lower(PlaceOf(match.Groups["place"].Value))));
            Assert.Equal(scene.Things.Select(thing => (thing.Thing.Name, thing.Colour == ThingColour.None ? "" : Lower(thing.Colour), Lower(thing.Place))).Order(), told.Order());
            Assert.Matches(@"\b(night|midnight|dark|stars|starry|sunset|sundown|dusk|evening|orange sky|rain|rainy|wet|grey|day|daytime|sunshine|clear|blue sky)\b", caption);
            Assert.Matches(@"\b(meadow|grass|field|lawn|green hills|desert|sand|dunes|snow|snowy|winter|sea|ocean|beach|seaside|shore|coast|water)\b", caption);
        }
    }

    [Fact]
    public void An_empty_scene_is_told_by_its_ground()
    {
        var empty = Written.Where(it => it.Scene.Things.Count == 0).ToList();
        Assert.NotEmpty(empty);
        Assert.All(empty, it => Assert.Matches(@"\b(meadow|field|desert|snow|snowy|sea|ocean)\b", it.Caption));
        Assert.All(Saying("nothing|empty"), it => Assert.Empty(it.Scene.Things));
    }

    [Fact]
    public void The_list_of_words_has_every_word_that_captions_have_and_none_besides()
    {
        var listed = WordList.Groups([]).Values.SelectMany(group => group.SelectMany(word => word.Value.Prepend(word.Key))).SelectMany(WordsOf).Distinct().Order();
        Assert.Equal(Words(Written).Distinct().Order(), listed);
    }

    [Fact]
    public void The_list_of_words_is_JSON_by_groups_and_has_newcomers_among_its_things()
    {
        using var json = JsonDocument.Parse(WordList.ToJson([new Thing("robot", HasColours: false, Habitat.Land)]));
        Assert.Equal(["things", "colours", "grounds", "skies", "places", "sizes", "other"], json.RootElement.EnumerateObject().Select(group => group.Name));
        Assert.Equal("automobile", json.RootElement.GetProperty("things").GetProperty("car")[0].GetString());
        Assert.Equal(0, json.RootElement.GetProperty("things").GetProperty("robot").GetArrayLength());
    }

    [Fact]
    public void Articles_fit_the_next_word() => Assert.All(Written, it => Assert.DoesNotMatch(@"\ba [aeiou]|\ban [^aeiou]", it.Caption));

    private static IEnumerable<string> Words(IEnumerable<(Scene Scene, string Caption)> written) => written.SelectMany(it => WordsOf(it.Caption));

    private static string[] WordsOf(string text) => text.Split([' ', ',', '.', '-'], StringSplitOptions.RemoveEmptyEntries);

    private static Thing Named(Match match) => AllThings.Table.Single(thing => thing.Name == match.Groups["noun"].Value || thing.Synonyms.Contains(match.Groups["noun"].Value));

    private static Place PlaceOf(string word) => word is "middle" or "centre" or "center" ? Place.Middle : Enum.Parse<Place>(word, ignoreCase: true);

    private static string Lower<T>(T word) where T : struct, Enum => word.ToString().ToLowerInvariant();

    private static ThingSize Size(string word) => word switch
    {
        "small" or "little" or "tiny" => ThingSize.Small,
        "medium-sized" => ThingSize.Medium,
        _ => ThingSize.Large,
    };

    private static double Share(string words) => Saying(words).Count / (double)Written.Count;

    private static List<(Scene Scene, string Caption)> Saying(string words)
    {
        var found = Written.Where(it => Regex.IsMatch(it.Caption, $@"(?<![\w-])({words})(?![\w-])")).ToList();
        Assert.NotEmpty(found);
        return found;
    }

    private static Regex Nouns() => NounPattern.Value;

    private static readonly Lazy<Regex> NounPattern = new(() =>
    {
        // The longer names first, so that a sailing boat is no boat.
        string nouns = string.Join('|', AllThings.Table.SelectMany(thing => thing.Synonyms.Append(thing.Name)).OrderByDescending(name => name.Length));
        return new(
            @"\b((?<size>small|little|tiny|large|big|huge|giant|medium-sized) )?((?<colour>red|orange|yellow|green|blue|purple|violet) )?(?<noun>" + nouns + @")\b"
            + "( (is |stands |is standing |flies |is flying |floats )?(on|at|in|to) the (?<place>left|right|middle|centre|center)( side)?)?", RegexOptions.ExplicitCapture);
    });

    [GeneratedRegex("(?<side>left|right) of")]
    private static partial Regex Relation();

    [GeneratedRegex("(^|, |\\. |there is |there are |and )(on|at|in|to) the (?<place>left|right|middle|centre|center)( side)? (?!of)", RegexOptions.ExplicitCapture)]
    private static partial Regex PlaceFirst();
}
