using Amused.Networks.Layers;
using Amused.Weights;

namespace Amused.Lora;

/// <summary>Finds the linear layers of a network by PEFT's rule for <c>target_modules</c>.</summary>
public static class LoraTargets
{
    /// <summary>The layers whose name is a target, or ends in a dot and a target, in the network's order.</summary>
    /// <param name="network">The network's parameters.</param>
    /// <param name="targets">Ends of names: <c>to_q</c>, <c>to_out.0</c>, <c>q_proj</c>; or whole names.</param>
    /// <exception cref="InvalidRequestException">A target matches nothing: the message lists near ones.</exception>
    public static IReadOnlyList<KeyValuePair<string, Linear>> Find(ParameterSet network, IReadOnlyList<string> targets)
    {
        List<KeyValuePair<string, Linear>> layers = [.. network.Layers<Linear>()];
        foreach (var target in targets)
            if (!layers.Exists(layer => Matches(layer.Key, target)))
                throw new InvalidRequestException(
                    $"the target {FileFault.Quote(target)} matches no linear layer; near ones are "
                    + $"{string.Join(", ", Near(target, layers))}");
        return [.. layers.Where(layer => targets.Any(target => Matches(layer.Key, target)))];
    }

    private static bool Matches(string name, string target) => name == target || name.EndsWith($".{target}", StringComparison.Ordinal);

    private static IReadOnlyList<string> Near(string target, List<KeyValuePair<string, Linear>> layers) =>
        NearNames.Of(target, target.Contains('.')
            ? layers.SelectMany(layer => new[] { layer.Key, End(layer.Key) })
            : layers.Select(layer => End(layer.Key)), count: 5);

    /// <summary>The end of a name that says what the layer is: the last word, with the one before it where that is a number.</summary>
    private static string End(string name)
    {
        var words = name.Split('.');
        return words.Length > 1 && char.IsAsciiDigit(words[^1][0]) ? $"{words[^2]}.{words[^1]}" : words[^1];
    }
}
