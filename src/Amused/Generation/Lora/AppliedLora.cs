using Amused.Networks.Layers;

namespace Amused.Lora;

/// <summary>A LoRA that is applied to loaded networks: what removes it again.</summary>
public sealed class AppliedLora
{
    internal AppliedLora(string path, double scale, IReadOnlyList<string> notices,
        IReadOnlyList<(AdaptableLayer Layer, LowRankAdapter Adapter)> adapters) =>
        (Path, Scale, Notices, Adapters) = (path, scale, notices, adapters);

    /// <summary>The file that it came from.</summary>
    public string Path { get; }

    /// <summary>The strength that was asked for: 1 is as it was trained.</summary>
    public double Scale { get; }

    /// <summary>Whether it is part of the weights themselves at present (<see cref="LoraStack.Fuse"/>).</summary>
    public bool IsFused { get; internal set; }

    /// <summary>How many layers it changes.</summary>
    public int LayerCount => Adapters.Count;

    /// <summary>What the user should know of it, a line each: that its alpha is unknown.</summary>
    public IReadOnlyList<string> Notices { get; }

    internal IReadOnlyList<(AdaptableLayer Layer, LowRankAdapter Adapter)> Adapters { get; }
}
