using System.Text.Json;

namespace Amused.Weights.Hub;

/// <summary>What <c>model_index.json</c> says: the pipeline's class and the folders of its parts.</summary>
/// <param name="ClassName">The pipeline's class on the Python side; null when it isn't said.</param>
/// <param name="Components">The parts' folders.</param>
internal sealed record ComponentList(string? ClassName, IReadOnlyList<string> Components)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "model_index.json";

    /// <summary>Reads the file.</summary>
    /// <exception cref="BrokenInputException">It is no JSON object.</exception>
    public static ComponentList Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var properties = json.RootElement.EnumerateObject().ToArray();
            var className = properties.FirstOrDefault(p => p.Name == "_class_name").Value;
            return new ComponentList(
                className.ValueKind == JsonValueKind.String ? className.GetString() : null,
                [.. properties.Where(IsComponent).Select(p => p.Name)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BrokenInputException($"{path} is no JSON object: fetch the model again, or name another revision", e);
        }
    }

    /// <summary>A part is <c>"name": ["library", "Class"]</c>; one that is left out has nulls instead.</summary>
    private static bool IsComponent(JsonProperty property)
        => property.Value.ValueKind == JsonValueKind.Array
            && property.Value.GetArrayLength() == 2
            && property.Value[1].ValueKind == JsonValueKind.String;
}
