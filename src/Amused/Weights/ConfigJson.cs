using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Amused.Weights;

/// <summary>
/// The JSON files of a checkpoint as typed records: keys and enum members in snake_case, unknown keys ignored, missing keys at the record's
/// defaults.
/// </summary>
public static class ConfigJson
{
    private const long LongestFile = 16 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private static readonly JsonSerializerOptions WriteOptions =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions ParseOptions = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a configuration.</summary>
    /// <typeparam name="T">
    /// A record with defaults. A key that is null in the file takes the default too, unless its property may be null.
    /// </typeparam>
    /// <param name="path">The file.</param>
    /// <exception cref="BrokenInputException">
    /// The file is missing, not a JSON object, lacks a key that has no default, or holds a value of the wrong type: the message
    /// names the file, the key and what it should be.
    /// </exception>
    public static T Read<T>(string path) => Read<T>(path, Bytes(path));

    /// <summary>Reads a configuration from its text; <paramref name="path"/> names it in errors.</summary>
    internal static T Read<T>(string path, ReadOnlySpan<byte> json)
    {
        var root = Parse(path, json);
        try
        {
            return Typed<T>(path, root);
        }
        catch (InvalidOperationException cause)
        {
            throw FileFault.Of(path, "holds text with half a surrogate pair; it is damaged", cause); // As the JSON reader reports that.
        }
    }

    /// <summary>
    /// Writes a configuration as the published implementation does: indented, keys in order; the file appears whole or not at all.
    /// </summary>
    /// <param name="path">The file; missing folders are made.</param>
    /// <param name="config">The record.</param>
    /// <param name="extra">Keys beside the record's, such as <c>_class_name</c>.</param>
    /// <exception cref="BrokenInputException">The file cannot be written.</exception>
    public static void Write<T>(string path, T config, params IEnumerable<KeyValuePair<string, JsonNode?>> extra)
    {
        var root = ToObject(config);
        foreach (var (key, value) in extra)
            root[key] = value?.DeepClone();
        JsonObject sorted = new(root.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        NewFile.Write(path, Compose(sorted));
    }

    /// <summary>A configuration as the JSON object that is written of it, keys in the record's order.</summary>
    internal static JsonObject ToObject<T>(T config) => JsonSerializer.SerializeToNode(config, Options)!.AsObject();

    /// <summary>A JSON object from a file.</summary>
    internal static JsonObject ReadObject(string path) => Parse(path, Bytes(path));

    /// <summary>A JSON object from its text.</summary>
    internal static JsonObject Parse(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: ParseOptions) as JsonObject ?? throw FileFault.Of(path, "is no JSON object");
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            var line = cause is JsonException { LineNumber: { } number } ? $" (line {number + 1})" : "";
            throw FileFault.Of(path, $"is not valid JSON{line}; it is damaged or no configuration", cause);
        }
    }

    /// <summary>The text of a JSON file: indented, with a line break at its end.</summary>
    internal static byte[] Compose(JsonObject root) => [.. JsonSerializer.SerializeToUtf8Bytes(root, WriteOptions), (byte)'\n'];

    /// <summary>The content of a JSON file.</summary>
    internal static byte[] Bytes(string path) => UserFile.Bytes(path, LongestFile);

    private static T Typed<T>(string path, JsonObject root)
    {
        Check(path, typeof(T), root, "");
        return root.Deserialize<T>(Options)!;
    }

    // One property at a time, so that an error can say which, and what it should have been. A null takes the default: it is taken out.
    private static void Check(string path, Type type, JsonObject root, string place)
    {
        foreach (var property in Options.GetTypeInfo(type).Properties)
        {
            if (root.TryGetPropertyValue(property.Name, out var value) && value is null && !MayBeNull(property))
                root.Remove(property.Name);
            if (value is not null)
                Check(path, property, value, place + property.Name);
            else if (property.IsRequired && !root.ContainsKey(property.Name))
                throw FileFault.Of(path, $"lacks \"{place}{property.Name}\", which should be {Expected(property.PropertyType)}");
        }
    }

    private static void Check(string path, JsonPropertyInfo property, JsonNode value, string place)
    {
        if (value is JsonObject part && property.CustomConverter is null
            && Options.GetTypeInfo(property.PropertyType).Kind == JsonTypeInfoKind.Object)
        {
            Check(path, property.PropertyType, part, $"{place}.");
            return;
        }
        try
        {
            value.Deserialize(property.PropertyType, property.CustomConverter is { } own ? new(Options) { Converters = { own } } : Options);
        }
        catch (Exception cause) when (cause is JsonException or FormatException)
        {
            var expected = property.CustomConverter is IExpectation own ? own.Expected : Expected(property.PropertyType);
            throw FileFault.Of(path, $"\"{place}\" should be {expected}, not {Shown(value)}", cause);
        }
    }

    private static bool MayBeNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsSetNullable;

    private static string Shown(JsonNode value)
    {
        var text = value.ToJsonString();
        return text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
    }

    private static string Expected(Type type)
    {
        var kind = Nullable.GetUnderlyingType(type) ?? type;
        if (kind.IsEnum)
            return $"one of {string.Join(", ", Enum.GetValuesAsUnderlyingType(kind).Cast<object>().Select(value => JsonSerializer.Serialize(Enum.ToObject(kind, value), Options)))}";
        if (ElementType(kind) is { } element)
            return $"a list, each of its parts {Expected(element)}";
        return Type.GetTypeCode(kind) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.String => "a string",
            TypeCode.Int32 or TypeCode.Int64 => "a whole number",
            TypeCode.Single or TypeCode.Double => "a number",
            _ => "an object",
        };
    }

    private static Type? ElementType(Type type) => type == typeof(string)
        ? null
        : type.GetInterfaces().Append(type)
            .FirstOrDefault(face =>
            face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
}
