using Amused.Weights;

namespace Amused.Training;

/// <summary><c>manifest.json</c> of a checkpoint: the SHA-256 of its other files, and what tells the run's model and data from others, wherever they lie.</summary>
internal sealed record CheckpointManifest
{
    public const string FileName = "manifest.json";

    /// <summary>By paths relative to the checkpoint.</summary>
    public required Dictionary<string, string> Files { get; init; }

    /// <summary>Names, such as <c>data</c>, and hashes.</summary>
    public required Dictionary<string, string> Identity { get; init; }

    /// <summary>Writes it for the files that are there.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, string> identity) => ConfigJson.Write(Path.Combine(folder, FileName), new CheckpointManifest
    {
        Files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), FileHash.Of),
        Identity = new(identity),
    });

    /// <summary>Reads it.</summary>
    /// <exception cref="BrokenInputException">It is missing or broken.</exception>
    public static CheckpointManifest Read(string folder) => ConfigJson.Read<CheckpointManifest>(Path.Combine(folder, FileName));

    /// <summary>What is wrong with a checkpoint's files, in words; null when nothing is.</summary>
    public static string? FaultOf(string folder)
    {
        try
        {
            foreach (var (name, sha256) in Read(folder).Files)
            {
                if (FileHash.Of(Path.Combine(folder, name)) != sha256)
                    return $"{Path.Combine(folder, name)}: is not the file that was written: its SHA-256 is another";
            }

            return null;
        }
        catch (BrokenInputException fault)
        {
            return fault.Message;
        }
    }
}
