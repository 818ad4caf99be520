using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Amused.Server;

/// <summary>JSON as it goes over the wire: names in snake case, numbers also as text (forms have nothing else).</summary>
internal static class WireJson
{
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.General));

    /// <summary>Sets options up.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.NumberHandling = JsonNumberHandling.AllowReadingFromString;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new BooleanOrText());
        options.MaxDepth = 16;
        return options;
    }

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="ApiException">It is no JSON object, or a field has another type; the error names the field.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request) where T : class => await AttemptAsync(
        async () => await JsonSerializer.DeserializeAsync<T>(request.Body, Options, request.HttpContext.RequestAborted));

    /// <summary>Reads an object that came from elsewhere, as a body is read.</summary>
    public static Task<T> ReadAsync<T>(System.Text.Json.Nodes.JsonObject json)
        where T : class => AttemptAsync(() => Task.FromResult(json.Deserialize<T>(Options)));

    private static async Task<T> AttemptAsync<T>(Func<Task<T?>> read) where T : class
    {
        try
        {
            return await read() ?? throw new ApiException(400, "the request's body must be a JSON object", null, "invalid_json");
        }
        catch (JsonException e)
        {
            // What breaks JSON's own rules is nested in the exception; else it is the field at the path that has another type.
            var field = e.InnerException is not JsonException && e.Path is { } path && path.StartsWith("$.", StringComparison.Ordinal)
                ? path[2..]
                : null;
            throw new ApiException(400, field is null
                ? "the request's body is no JSON object that can be read"
                : $"{field} has a value of the wrong type", field, field is null ? "invalid_json" : "invalid_type", e);
        }
    }

    /// <summary><c>true</c> and <c>"true"</c>.</summary>
    private sealed class BooleanOrText : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.String when bool.TryParse(reader.GetString(), out var value) => value,
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}
