namespace Amused.PictureBook.Drawings;

/// <summary>The drawings of Noto Emoji (Google, Apache-2.0), as iconify packs them.</summary>
internal static class NotoDrawings
{
    public const string Prefix = "noto";

    public static IReadOnlyDictionary<string, Drawing> Table { get; } = new Dictionary<string, Drawing>(StringComparer.Ordinal)
    {
        ["car"] = new("automobile", "#f92612 #d70617 #af0f21"),
        ["tractor"] = new("tractor", "#02ab47 #76de88 #2c7e33", "#f3790e>#d8d8d8 #fe8f01>#d8d8d8 #fcb900>#e6e6e6"),
        ["boat"] = new("sailboat", "#ff7043 #f4511e #ffab91 #bf360c"),
        ["balloon"] = new("balloon", "#f44336 #c62828 #ff847a", "#64b5f6>#8c8f99"),
        ["book"] = new("closed-book", "#f44336 #c62828"),
        ["shirt"] = new("t-shirt", "#b7e4ea #75c6d3 #0288d1 #01579b #29b6f6"),
        ["umbrella"] = new("umbrella", "#6e62ed #937ef3 #5547f4 #004dae"),
        ["tulip"] = new("tulip", "#f387ab #eb4e9d #ea4e9c"),
        ["rose"] = new("rose", "#db132c #96010c #af0c1b #f71538 #cd0e1f #e2122d"),
        ["gift"] = new("wrapped-gift", "#f5b03e #e07f14 #fdd717 #e37d14 #ba5e0d", "#af0f1b>#efe0c0 #dc0d28>#f6ead0 #ff2a23>#fff6e0 #fcc9d2>#fff6e0"),
        ["fish"] = new("fish", "#3ca4d3 #1483bc #1f8cc2 #62c2e8 #99d6ef #1b65a6"),
        ["teapot"] = new("teapot", "#ee5a46 #cc3f27 #af2c1b #ffa726 #ff8e5c"),
        ["mushroom"] = new("mushroom", "#ff521a"),
        ["butterfly"] = new("butterfly", "#11bfff #4bdaff #3ed4ff #00b7ff #11a3fc #46d8ff #3ad2ff #25c8ff #07baff #2fc0fd #0ca1fb"),
        ["house"] = new("house", "#fff3e1 #ab5832 #ed6c31 #d27857 #ab5932", "#bcaa93>#fff3e1"),
        ["tent"] = new("tent", "#f19f40 #ec5f32 #9c2d1b"),
        ["cat"] = new("cat"),
        ["dog"] = new("dog"),
        ["fox"] = new("fox"),
        ["rabbit"] = new("rabbit"),
        ["pig"] = new("pig"),
        ["elephant"] = new("elephant"),
        ["penguin"] = new("penguin"),
        ["frog"] = new("frog"),
        ["giraffe"] = new("giraffe"),
        ["dinosaur"] = new("sauropod"),
        ["duck"] = new("duck"),
        ["whale"] = new("spouting-whale"),
        ["bee"] = new("honeybee"),
        ["aeroplane"] = new("airplane"),
        ["rocket"] = new("rocket"),
        ["train"] = new("locomotive"),
        ["tree"] = new("deciduous-tree"),
        ["pine tree"] = new("evergreen-tree"),
        ["palm tree"] = new("palm-tree"),
        ["cactus"] = new("cactus"),
        ["sunflower"] = new("sunflower"),
        ["apple"] = new("red-apple"),
        ["strawberry"] = new("strawberry"),
        ["carrot"] = new("carrot"),
        ["pumpkin"] = new("jack-o-lantern"),
        ["cake"] = new("birthday-cake"),
        ["snowman"] = new("snowman"),
        ["castle"] = new("castle"),
    };
}
