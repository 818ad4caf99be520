using System.Text.Json;
using Amused.Images;
using PictureBook.Datasets;
using PictureBook.Prompts;

namespace PictureBook.Evaluation;

/// <summary>
/// Pictures with what was asked for, in a folder: PNG files and <c>metadata.jsonl</c>, in the form that <c>make-dataset --format folder</c> has. So pictures can be
/// made by one program and judged by another, and drawn ones too.
/// </summary>
public static class PictureFolder
{
    private const string Table = "metadata.jsonl";

    /// <summary>Tries that pictures can be written to a folder, making it, so that this fails before they are made and not after it.</summary>
    /// <exception cref="BrokenInputException">They can't.</exception>
    public static void Try(string folder) => NewFile.Try(Path.Combine(folder, Table));

    /// <summary>Writes pictures; the table comes last.</summary>
    /// <param name="folder">The folder; it is made if need be, and files of the same names are replaced.</param>
    /// <param name="prompts">What was asked for.</param>
    /// <param name="pictures">A picture for each prompt.</param>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    public static void Write(string folder, IReadOnlyList<ScenePrompt> prompts, IReadOnlyList<RgbImage> pictures)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(pictures);
        foreach (var (index, picture) in pictures.Index())
            NewFile.Write(Path.Combine(folder, Name(index)), picture.Encode(ImageFormat.Png));
        NewFile.Write(Path.Combine(folder, Table), stream =>
        {
            foreach (var (index, prompt) in prompts.Index())
            {
                stream.Write(SceneJson.Write(prompt.Scene, prompt.Text, Name(index)));
                stream.WriteByte((byte)'\n');
            }
        });
    }

    /// <summary>Reads such a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="most">How many are read at most: the first ones.</param>
    /// <exception cref="BrokenInputException">There is no table, or a line or picture is broken.</exception>
    public static (IReadOnlyList<ScenePrompt> Prompts, IReadOnlyList<RgbImage> Pictures) Read(string folder, int most = int.MaxValue)
    {
        var path = Path.Combine(folder, Table);
        if (!File.Exists(path))
            throw FileFault.Of(folder, $"has no {Table}: it is no folder of pictures with their scenes, as evaluate --pictures and make-dataset --format folder write them");
        List<ScenePrompt> prompts = [];
        List<RgbImage> pictures = [];
        foreach (var (index, line) in FileFault.Reading(path, () => File.ReadAllLines(path)).Where(line => line.Length > 0).Take(most).Index())
        {
            var (prompt, file) = Parse(line, path, index + 1);
            prompts.Add(prompt);
            pictures.Add(RgbImage.Load(Path.Combine(folder, file)));
        }

        return prompts.Count > 0 ? (prompts, pictures) : throw FileFault.Of(path, "is empty");
    }

    private static (ScenePrompt Prompt, string File) Parse(string line, string path, int number)
    {
        try
        {
            var scene = SceneJson.Read(System.Text.Encoding.UTF8.GetBytes(line));
            using var json = JsonDocument.Parse(line);
            var file = json.RootElement.GetProperty("file_name").GetString()!;
            // A table must not lead out of its folder.
            return Path.GetFileName(file) == file && file.Length > 0 ? (new(scene, json.RootElement.GetProperty("text").GetString()!), file) : throw new KeyNotFoundException();
        }
        catch (Exception cause) when (cause is BrokenInputException or KeyNotFoundException or InvalidOperationException or JsonException)
        {
            throw FileFault.Of(path, $"line {number} is no scene with file_name, a file beside it, as make-dataset --format folder writes it", cause);
        }
    }

    private static string Name(int index) => $"{index:D6}.png";
}
