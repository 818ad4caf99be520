namespace Amused.Server;

/// <summary>Which model and which LoRAs a request asks for.</summary>
internal sealed class ModelChoices(ServerOptions options)
{
    private const int MostLoras = 8;
    private const double LargestScale = 1e6;
    private readonly LoraCatalog loras = new(options.LoraFolder);

    /// <summary>The names of the LoRAs that may be asked for.</summary>
    public IReadOnlyList<string> LoraNames => loras.Names;

    /// <summary>The id of the model that is asked for; the first where none is.</summary>
    /// <exception cref="ApiException">There is no such model: 404.</exception>
    public string Find(string? id) => id is null or "" ? options.Models[0].Id
        : options.Models.Any(model => model.Id == id) ? id
        : throw new ApiException(404,
            $"the model {FileFault.Quote(id)} is not here: {string.Join(", ", options.Models.Select(model => model.Id))}", "model",
            "model_not_found");

    /// <summary>The LoRAs that are asked for.</summary>
    /// <exception cref="ApiException">One of them is not here.</exception>
    public IReadOnlyList<LoraUse> Loras(IReadOnlyList<LoraBody>? wanted)
    {
        if (wanted is { Count: > MostLoras })
            throw ApiException.Value("loras", $"{wanted.Count} LoRAs are too many: at most {MostLoras} are possible");
        return [.. (wanted ?? []).Select(lora => Use(lora?.Name ?? "", lora?.Scale))];
    }

    private LoraUse Use(string name, double? scale) =>
        new(name, ApiException.Blame("loras", () => loras.Find(name)), scale.Within("loras", -LargestScale, LargestScale) ?? 1);
}
