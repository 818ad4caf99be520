namespace PictureBook.Drawings;

/// <summary>The drawings of Noto Emoji (Google, Apache-2.0), as iconify packs them.</summary>
internal static class NotoDrawings
{
    public const string Prefix = "noto";

    public static IReadOnlyDictionary<string, Drawing> Table { get; } = new Dictionary<string, Drawing>(StringComparer.Ordinal)
    {
        ["car"] = new("automobile", "#f92612 #d70617 #af0f21"),
        ["boat"] = new("sailboat", "#ff7043 #f4511e #ffab91 #bf360c"),
        ["balloon"] = new("balloon", "#f44336 #c62828 #ff847a", "#64b5f6>#8c8f99"),
        ["umbrella"] = new("umbrella", "#6e62ed #937ef3 #5547f4 #004dae"),
        ["gift"] = new("wrapped-gift", "#f5b03e #e07f14 #fdd717 #e37d14 #ba5e0d", "#af0f1b>#efe0c0 #dc0d28>#f6ead0 #ff2a23>#fff6e0 #fcc9d2>#fff6e0"),
        ["teapot"] = new("teapot", "#ee5a46 #cc3f27 #af2c1b #ffa726 #ff8e5c"),
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
        ["duck"] = new("duck"),
        ["whale"] = new("spouting-whale"),
        ["rocket"] = new("rocket"),
        ["tree"] = new("deciduous-tree"),
        ["cactus"] = new("cactus"),
        ["sunflower"] = new("sunflower"),
        ["snowman"] = new("snowman"),
        ["castle"] = new("castle"),
    };
}
