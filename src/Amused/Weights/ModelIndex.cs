using System.Text.Json.Nodes;

namespace Amused.Weights;

/// <summary><c>model_index.json</c>: which pipeline a checkpoint belongs to, and the class of each of its parts.</summary>
/// <param name="ClassName">The pipeline's class in the published implementation: <c>AmusedPipeline</c>.</param>
/// <param name="Components">Each part's class by its folder's name: <c>transformer</c> is a <c>UVit2DModel</c>.</param>
public sealed record ModelIndex(string ClassName, IReadOnlyDictionary<string, string> Components)
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="BrokenInputException">It is missing, no JSON object, or names no pipeline.</exception>
    public static ModelIndex Read(string path)
    {
        var root = ConfigJson.ReadObject(path);
        if (Text(root["_class_name"]) is not { } className)
            throw FileFault.Of(path, "has no \"_class_name\", which should name a pipeline such as \"AmusedPipeline\"");
        Dictionary<string, string> components = [];
        foreach (var (name, value) in root)
        {
            // A part is a pair of library and class; [null, null] is one that the pipeline can do without.
            if (!name.StartsWith('_') && value is JsonArray { Count: 2 } pair && Text(pair[1]) is { } component)
                components.Add(name, component);
        }
        return new(className, components);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
