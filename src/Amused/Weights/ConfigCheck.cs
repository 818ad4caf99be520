namespace Amused.Weights;

/// <summary>
/// What a network's configuration must fulfil before parameters are asked for; each fault is one line that names file, key and value.
/// </summary>
/// <param name="file">The file, as it is called inside a checkpoint: <c>transformer/config.json</c>.</param>
internal sealed class ConfigCheck(string file)
{
    /// <summary>Refuses sizes and counts below 1.</summary>
    public ConfigCheck AtLeastOne(params ReadOnlySpan<(string Key, int Value)> settings)
    {
        foreach (var (key, value) in settings)
            Require(value >= 1, $"{key} is {value}; it must be at least 1");
        return this;
    }

    /// <summary>Refuses heads or groups that do not divide a width.</summary>
    public ConfigCheck Divides((string Key, int Value) part, (string Key, int Value) whole) =>
        Require(whole.Value % part.Value == 0, $"{part.Key} {part.Value} does not divide {whole.Key} {whole.Value}");

    /// <summary>Refuses unless something holds.</summary>
    /// <exception cref="BrokenInputException">It doesn't.</exception>
    public ConfigCheck Require(bool holds, string fault) => holds ? this : throw new BrokenInputException($"{file}: {fault}");
}
