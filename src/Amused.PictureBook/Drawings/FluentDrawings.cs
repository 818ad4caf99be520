namespace Amused.PictureBook.Drawings;

/// <summary>The drawings of Fluent Emoji Flat (Microsoft, MIT), as iconify packs them.</summary>
internal static class FluentDrawings
{
    public const string Prefix = "fluent-emoji-flat";

    public static IReadOnlyDictionary<string, Drawing> Table { get; } = new Dictionary<string, Drawing>(StringComparer.Ordinal)
    {
        ["car"] = new("automobile", "#f8312f", "#ca0b4a>#f9f4e8"),
        ["tractor"] = new("tractor", "#00f397 #00b876", "#008463>#00b876"),
        ["boat"] = new("sailboat", "#fcd53f #ff8257 #ff9f2e", "#00a6ed>none"),
        ["balloon"] = new("balloon", "#f8312f #ca0b4a #ff8687", "#3f5fff>#8c8f99"),
        ["book"] = new("closed-book", "#ca0b4a #990838"),
        ["shirt"] = new("t-shirt", "#86d72f #44911b #c3ef3c #00d26a"),
        ["umbrella"] = new("umbrella", "#8d65c5", "#433b6b>#8c5543"),
        ["tulip"] = new("tulip", "#ff6dc6 #f70a8d", "#86d72f>#4f9e3a"),
        ["rose"] = new("rose", "#f8312f #ca0b4a", "#86d72f>#4f9e3a"),
        ["gift"] = new("wrapped-gift", "#fcd53f #ffb02e", "#f8312f>#fff6e0 #ca0b4a>#efe0c0"),
        ["fish"] = new("fish", "#00a6ed #0074ba"),
        ["teapot"] = new("teapot", "#f8312f #ca0b4a #ff822d"),
        ["mushroom"] = new("mushroom", "#f8312f", "#ffce7c>#f6e3c0 #fbb8ab>#fff6e8"),
        ["butterfly"] = new("butterfly", "#ff822d #ff6723"),
        ["house"] = new("house", "#f3c07b", "#00f397>none #f8312f>#c98a4a"),
        ["tent"] = new("tent", "#86d72f #44911b", "#ffb02e>none"),
        ["cat"] = new("cat"),
        ["dog"] = new("dog", Swaps: "#f3ad61>#b07a52 #d3883e>#80543a"),
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
