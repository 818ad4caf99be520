using System.Text.RegularExpressions;
using Amused.PictureBook.Captions;
using Amused.Text;
using Amused.Weights;
using Xunit;

namespace Amused.PictureBook.Tests.Captions;

/// <summary>Reads captions back by words of its own, and holds them against the scenes.</summary>
public partial class CaptionWriterTests
{
    private static readonly List<(Scene Scene, string Caption)> Written =
        [.. Enumerable.Range(0, 6000).Select(i => SceneSampler.Sample(5, i, i % 4 == 0 ? Split.HeldOut : Split.Train)).Select(scene => (scene, CaptionWriter.Write(scene)))];

    [Fact]
    public void Every_thing_is_named_and_no_other_one()
    {
        foreach (var (scene, caption) in Written)
            Assert.Equal(scene.Things.Select(thing => thing.Thing.Name).Order(), Nouns().Matches(caption).Select(match => match.Groups["noun"].Value).Order());
    }

    [Fact]
    public void Colours_sizes_and_places_are_those_of_the_things()
    {
        foreach (var (scene, caption) in Written)
        {
            foreach (Match match in Nouns().Matches(caption))
            {
                var thing = scene.Things.Single(thing => thing.Thing.Name == match.Groups["noun"].Value);
                if (match.Groups["colour"].Value is { Length: > 0 } colour)
                    Assert.Equal(thing.Colour.ToString(), colour, ignoreCase: true);
                if (match.Groups["size"].Value is { Length: > 0 } size)
                    Assert.Equal(thing.Size, Size(size));
                if (match.Groups["place"].Value is { Length: > 0 } place)
                    Assert.Equal(thing.Place, place is "middle" or "centre" ? Place.Middle : Enum.Parse<Place>(place, ignoreCase: true));
            }
        }
    }

    [Fact]
    public void Left_of_and_right_of_are_told_in_the_right_order()
    {
        foreach (var (scene, caption) in Written.Where(it => Relation().IsMatch(it.Caption)))
        {
            bool isLeft = Relation().Match(caption).Groups["side"].Value == "left";
            Assert.Equal(Nouns().Matches(caption)[0].Groups["noun"].Value, scene.Things[isLeft ? 0 : 1].Thing.Name);
        }
    }

    [Theory]
    [InlineData("night|stars|starry|moonlight", Sky.Night)]
    [InlineData("sunset|dusk|evening|setting", Sky.Sunset)]
    [InlineData("rain|rainy", Sky.Rain)]
    [InlineData("sunny|clear|day(?<!rainy day|cloudy day)|blue sky", Sky.Day)]
    public void Words_of_a_sky_stand_under_that_sky_alone(string words, Sky sky) =>
        Assert.Equal([sky], Saying(words).Select(it => it.Scene.Sky).Distinct());

    [Theory]
    [InlineData("meadow|grass|green hills", Ground.Meadow)]
    [InlineData("desert|sand|sandy", Ground.Desert)]
    [InlineData("snow|snowy", Ground.Snow)]
    [InlineData("sea|beach|seaside|water", Ground.Sea)]
    public void Words_of_a_ground_stand_on_that_ground_alone(string words, Ground ground) =>
        Assert.Equal([ground], Saying(words).Select(it => it.Scene.Ground).Distinct());

    [Fact]
    public void Sun_moon_and_clouds_are_named_only_where_they_are()
    {
        Assert.All(Saying("sun|sunny"), it => Assert.True(it.Scene.HasSun, it.Caption));
        Assert.All(Saying("moon|moonlight"), it => Assert.True(it.Scene.HasMoon, it.Caption));
        Assert.All(Saying("cloud"), it => Assert.Equal(1, it.Scene.Clouds));
        Assert.All(Saying("clouds"), it => Assert.True(it.Scene.Clouds > 1, it.Caption));
        Assert.All(Saying("cloudy"), it => Assert.True(it.Scene.Clouds > 0, it.Caption));
        Assert.All(Saying("clear"), it => Assert.Equal(0, it.Scene.Clouds));
        Assert.All(Saying("beach"), it => Assert.All(it.Scene.Things, thing => Assert.Equal(Habitat.Land, thing.Thing.Habitat)));
    }

    [Fact]
    public void Captions_are_short_their_words_few_and_hardly_two_alike()
    {
        Assert.All(Written, it => Assert.InRange(CaptionWriter.Words(it.Caption), 1, CaptionWriter.MostWords));
        Assert.All(Written, it => Assert.Matches("^[a-z]+([ -][a-z]+|, [a-z]+)*$", it.Caption));
        Assert.InRange(Written.SelectMany(it => it.Caption.Split([' ', ',', '-'], StringSplitOptions.RemoveEmptyEntries)).Distinct().Count(), 100, 200);
        Assert.True(Written.Select(it => it.Caption).Distinct().Count() > 0.97 * Written.Count);
    }

    [Fact]
    public void The_model_in_the_box_says_that_it_knows_every_word_of_every_caption_and_offers_every_choice()
    {
        var words = KnownWords.Read(BuiltInModel.Folder)!;
        Assert.All(Written, it => Assert.Empty(words.UnknownIn(it.Caption)));
        Assert.Equal(AllThings.Table.Select(thing => thing.Name), words.Choices["things"]);
        Assert.Equal(Palette.Colours.Select(Lower), words.Choices["colours"]);
        Assert.Equal(Enum.GetValues<Ground>().Select(Lower), words.Choices["grounds"]);
        Assert.Equal(Enum.GetValues<Sky>().Select(Lower), words.Choices["skies"].Take(4));
        Assert.Equal(["things", "colours", "sizes", "places", "grounds", "skies"], words.Choices.Keys);
    }

    [Fact]
    public void Each_detail_is_named_often_enough_to_be_learned()
    {
        Assert.True(Share("night|stars|starry|moonlight|sunset|dusk|evening|rain|rainy|day|clear|blue sky") > 0.6);
        Assert.True(Share("meadow|grass|green hills|desert|sand|snow|snowy|sea|beach|seaside|water") > 0.6);
        Assert.True(Share("left|right|middle|centre") > 0.4);
        Assert.True(Share("small|little|tiny|large|big|huge|medium-sized") > 0.25);
        Assert.True(Written.Average(it => it.Scene.Things.Count(thing => it.Caption.Contains($"{thing.Colour} {thing.Thing.Name}", StringComparison.OrdinalIgnoreCase)))
            > 0.85 * Written.Average(it => it.Scene.Things.Count(thing => thing.Colour != ThingColour.None)));
    }

    [Fact]
    public void A_complete_caption_names_each_thing_with_colour_and_place_sky_and_ground()
    {
        foreach (var (scene, _) in Written.Take(1000))
        {
            string caption = CaptionWriter.Write(scene, CaptionDetail.Complete);
            Assert.InRange(CaptionWriter.Words(caption), 1, CaptionWriter.MostWords);
            var told = Nouns().Matches(caption).Select(match => (match.Groups["noun"].Value, match.Groups["colour"].Value, match.Groups["place"].Value.Replace("centre", "middle", StringComparison.Ordinal)));
            Assert.Equal(scene.Things.Select(thing => (thing.Thing.Name, thing.Colour == ThingColour.None ? "" : Lower(thing.Colour), Lower(thing.Place))).Order(), told.Order());
            Assert.Matches(@"\b(night|stars|starry|sunset|dusk|evening|rain|rainy|day|blue sky)\b", caption);
            Assert.Matches(@"\b(meadow|grass|green hills|desert|sand|snow|snowy|sea|beach|seaside|water)\b", caption);
        }
    }

    [Fact]
    public void Articles_fit_the_next_word() => Assert.All(Written, it => Assert.DoesNotMatch(@"\ba [aeiou]|\ban [^aeiou]", it.Caption));

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
        // The longer names first, so that a pine tree is no tree.
        string nouns = string.Join('|', AllThings.Table.Select(thing => thing.Name).OrderByDescending(name => name.Length));
        return new(
            @"\b((?<size>small|little|tiny|large|big|huge|medium-sized) )?((?<colour>red|orange|yellow|green|blue|purple|pink) )?(?<noun>" + nouns + @")\b"
            + "( (on|at|in) the (?<place>left|right|middle|centre)( side)?)?", RegexOptions.ExplicitCapture);
    });

    [GeneratedRegex("(?<side>left|right) of")]
    private static partial Regex Relation();
}
