using Amused.Images;

namespace Amused.Cli.Tests.Support;

/// <summary>A small checkpoint to run commands with: the first of the fixtures.</summary>
internal static class TinyModel
{
    public static string Path { get; } = GoldenFolder.FixtureModel("tiny256");

    /// <summary>Copies its files, for something to be added.</summary>
    public static void CopyTo(TemporaryFolder folder)
    {
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            var copy = folder[System.IO.Path.GetRelativePath(Path, file)];
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>A picture of one colour.</summary>
    public static string SavePicture(TemporaryFolder folder, string name, byte level, int side = 32)
    {
        var pixels = new byte[3 * side * side];
        Array.Fill(pixels, level);
        new RgbImage(side, side, pixels).Save(folder[name]);
        return folder[name];
    }
}
