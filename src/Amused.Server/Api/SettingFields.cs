using System.Text.Json;
using Microsoft.OpenApi;

namespace Amused.Server;

/// <summary>
/// A protocol's fields for the settings of a request, as <see cref="RequestSettings"/> has them: each by its name, with <c>_</c>, or by the protocol's own.
/// </summary>
internal sealed class SettingFields
{
    private readonly Dictionary<string, RequestSetting> fields = new(StringComparer.Ordinal);

    /// <param name="limits">How much the server does.</param>
    /// <param name="ownNames">What the protocol calls otherwise: from the setting to the field.</param>
    /// <param name="without">Settings that the protocol doesn't have.</param>
    public SettingFields(ServerLimits limits, IReadOnlyDictionary<string, string> ownNames, IReadOnlyCollection<string> without)
    {
        foreach (var setting in RequestSettings.All.Where(setting => !without.Contains(setting.Name)))
        {
            fields[ownNames.GetValueOrDefault(setting.Name) ?? setting.Name.Replace('-', '_')] = setting.Name switch
            {
                "steps" => setting.AtMost(limits.Steps),
                "images-per-prompt" => setting.AtMost(limits.Images),
                _ => setting,
            };
        }
    }

    /// <summary>Refuses what is no field, or has a value that can't be used.</summary>
    /// <exception cref="ApiException">There is something; the error names the field.</exception>
    public void Check(IReadOnlyDictionary<string, JsonElement>? given)
    {
        foreach (var (name, value) in Given(given))
            Blame(name, () => fields[name].Read(value, name));
    }

    /// <summary>Puts what is given into a request.</summary>
    /// <exception cref="ApiException">It is no field, can't be used, or has no effect on this kind of request.</exception>
    public GenerationRequest Apply(GenerationRequest request, IReadOnlyDictionary<string, JsonElement>? given)
    {
        foreach (var (name, value) in Given(given))
            request = Blame(name, () => fields[name].Put(request, value, name));
        return request;
    }

    /// <summary>Adds the fields to the description of a body.</summary>
    public void Describe(OpenApiSchema schema)
    {
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, setting) in fields)
        {
            var type = Enum.Parse<JsonSchemaType>(setting.JsonType, ignoreCase: true);
            schema.Properties[name] = new OpenApiSchema
            {
                Type = type,
                Items = type == JsonSchemaType.Array ? new OpenApiSchema { Type = JsonSchemaType.Number } : null,
                Description = $"{setting.Summary} It is {setting.Expected}. Default: {setting.Default}.",
            };
        }
    }

    /// <summary>What is given and not null.</summary>
    private IEnumerable<KeyValuePair<string, JsonElement>> Given(IReadOnlyDictionary<string, JsonElement>? given)
    {
        foreach (var field in given ?? new Dictionary<string, JsonElement>())
        {
            if (!fields.ContainsKey(field.Key))
                throw new ApiException(400, $"the field {FileFault.Quote(field.Key)} is unknown", field.Key, "unknown_parameter");
            if (field.Value.ValueKind != JsonValueKind.Null)
                yield return field;
        }
    }

    private static T Blame<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidRequestException e)
        {
            throw new ApiException(400, e.Message, field, e.InnerException is FormatException ? "invalid_type" : "invalid_value", e);
        }
    }
}
