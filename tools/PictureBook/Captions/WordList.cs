using System.Text.Encodings.Web;
using System.Text.Json;
using PictureBook.Scenes;

namespace PictureBook.Captions;

/// <summary>
/// The words that captions are made of, by what they tell: <c>words.json</c> beside a data set, and in a model that was trained on one. A group's words have their synonyms beside
/// them; <c>other</c> has those that tell nothing by themselves.
/// </summary>
internal static class WordList
{
    /// <summary>The file's name.</summary>
    public const string FileName = "words.json";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Group → word → synonyms; words may have spaces in them.</summary>
    /// <param name="newcomers">Things that the data set has beside the world's.</param>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string[]>> Groups(IReadOnlyList<Thing> newcomers) => new Dictionary<string, IReadOnlyDictionary<string, string[]>>
    {
        ["things"] = AllThings.Table.Concat(newcomers).ToDictionary(thing => thing.Name, thing => thing.Synonyms.ToArray()),
        ["colours"] = Palette.Colours.ToDictionary(Phrases.Of, colour => colour == ThingColour.Purple ? ["violet"] : Array.Empty<string>()),
        ["grounds"] = new Dictionary<string, string[]>
        {
            ["meadow"] = ["grass", "field", "lawn", "green hills"],
            ["desert"] = ["sand", "sandy", "dunes", "sand dune"],
            ["snow"] = ["snowy", "winter"],
            ["sea"] = ["ocean", "water", "beach", "seaside", "shore", "coast"],
        },
        ["skies"] = new Dictionary<string, string[]>
        {
            ["day"] = ["daytime", "sunny", "sunshine", "clear", "blue sky"],
            ["sunset"] = ["evening", "dusk", "sundown", "evening sky", "orange sky", "sun is setting", "sun goes down", "setting sun"],
            ["night"] = ["midnight", "dark", "stars", "starry", "night sky", "moonlight"],
            ["rain"] = ["rainy", "raining", "rains", "wet", "grey sky"],
            ["sun"] = ["low sun"],
            ["moon"] = [],
            ["cloud"] = ["clouds", "cloudy"],
        },
        ["places"] = new Dictionary<string, string[]> { ["left"] = ["left side"], ["middle"] = ["centre", "center"], ["right"] = ["right side"] },
        ["sizes"] = new Dictionary<string, string[]> { ["small"] = ["little", "tiny"], ["medium-sized"] = [], ["large"] = ["big", "huge", "giant"] },
        ["other"] = Other.Split(' ').ToDictionary(word => word, _ => Array.Empty<string>()),
    };

    /// <summary>The list as JSON.</summary>
    public static byte[] ToJson(IReadOnlyList<Thing> newcomers) => JsonSerializer.SerializeToUtf8Bytes(Groups(newcomers), Readable);

    private const string Other =
        "a above an and are at beside but by drawing during empty flies flying floats goes ground in is it just landscape near next nothing of on one open out over picture scene "
        + "shining sky standing stands the there to under weather with";
}
