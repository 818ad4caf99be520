namespace PictureBook.Drawings;

/// <summary>The drawings of Fluent Emoji Flat (Microsoft, MIT), as iconify packs them.</summary>
internal static class FluentDrawings
{
    public const string Prefix = "fluent-emoji-flat";

    public static IReadOnlyDictionary<string, Drawing> Table { get; } = new Dictionary<string, Drawing>(StringComparer.Ordinal)
    {
        ["car"] = new("automobile", "#f8312f", "#ca0b4a>#f9f4e8"),
        ["boat"] = new("sailboat", "#fcd53f #ff8257 #ff9f2e", "#00a6ed>none"),
        ["balloon"] = new("balloon", "#f8312f #ca0b4a #ff8687", "#3f5fff>#8c8f99"),
        ["umbrella"] = new("umbrella", "#8d65c5", "#433b6b>#8c5543"),
        ["gift"] = new("wrapped-gift", "#fcd53f #ffb02e", "#f8312f>#fff6e0 #ca0b4a>#efe0c0"),
        ["teapot"] = new("teapot", "#f8312f #ca0b4a #ff822d"),
        ["house"] = new("house", "#f3c07b", "#00f397>none #f8312f>#c98a4a"),
        ["tent"] = new("tent", "#86d72f #44911b", "#ffb02e>none"),
        ["cat"] = new("cat"),
        ["dog"] = new("dog", Swaps: "#f3ad61>#93603f #d3883e>#66402b"),
        ["fox"] = new("fox"),
        ["rabbit"] = new("rabbit"),
        ["pig"] = new("pig"),
        ["elephant"] = new("elephant"),
        ["penguin"] = new("penguin"),
        ["frog"] = new("frog"),
        ["duck"] = new("duck"),
        ["whale"] = new("spouting-whale"),
        ["rocket"] = new("rocket"),
        ["tree"] = new("deciduous-tree"),
        ["cactus"] = new("cactus"),
        ["sunflower"] = new("sunflower"),
        ["snowman"] = new("snowman", Swaps: "#00a6ed>none #26c9fc>none"),
        ["castle"] = new("castle"),
    };
}
