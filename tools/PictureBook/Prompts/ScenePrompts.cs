using PictureBook.Captions;
using PictureBook.Scenes;

namespace PictureBook.Prompts;

/// <summary>Prompts to measure models of the drawn world by: scenes whose every thing is in a combination of thing, colour, ground and sky that is never in training.</summary>
public static class ScenePrompts
{
    /// <summary>The prompts of a seed; the same arguments always give the same ones.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Which.</param>
    /// <param name="twoThings">The share that asks for two things, 0 to 1. They are spread evenly.</param>
    /// <exception cref="InvalidRequestException">A number is out of its range.</exception>
    public static IReadOnlyList<ScenePrompt> Make(int count, long seed = 0, double twoThings = 0.5)
    {
        if (count < 1 || twoThings is not (>= 0 and <= 1))
            throw new InvalidRequestException($"{count} prompts, of which a share of {twoThings} asks for two things: at least 1 prompt and a share from 0 to 1 are possible");
        using var one = Scenes(seed, 1).GetEnumerator();
        using var two = Scenes(seed, 2).GetEnumerator();
        return [.. Enumerable.Range(0, count).Select(i => Next(IsOfTwo(i, twoThings) ? two : one))];
    }

    /// <summary>Whether the number of prompts of two must grow here for the share to hold.</summary>
    private static bool IsOfTwo(int index, double share) => Math.Floor((index + 1) * share) > Math.Floor(index * share);

    private static ScenePrompt Next(IEnumerator<Scene> scenes)
    {
        scenes.MoveNext();
        return new(scenes.Current, CaptionWriter.Write(scenes.Current, CaptionDetail.Complete));
    }

    private static IEnumerable<Scene> Scenes(long seed, int things)
    {
        for (long index = 0; ; index++)
        {
            if (SceneSampler.Sample(seed, index, Split.HeldOut) is var scene && scene.Things.Count == things)
                yield return scene;
        }
    }
}
