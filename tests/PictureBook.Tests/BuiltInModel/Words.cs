using PictureBook.Scenes;

namespace PictureBook.Tests.BuiltInModel;

/// <summary>One wording for each sky and ground.</summary>
internal static class Words
{
    public static IReadOnlyDictionary<Sky, string> Skies { get; } =
        new Dictionary<Sky, string> { [Sky.Day] = "by day", [Sky.Sunset] = "at sunset", [Sky.Night] = "at night", [Sky.Rain] = "in the rain" };

    public static IReadOnlyDictionary<Ground, string> Grounds { get; } =
        new Dictionary<Ground, string> { [Ground.Meadow] = "on a meadow", [Ground.Desert] = "in the desert", [Ground.Snow] = "in the snow", [Ground.Sea] = "by the sea" };
}
