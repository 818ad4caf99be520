namespace Amused.Training;

/// <summary>What is trained of a network.</summary>
public enum TrainingMode
{
    /// <summary>Nothing.</summary>
    Frozen,

    /// <summary>All of its weights.</summary>
    Full,

    /// <summary>Low-rank additions to some of its linear layers (Hu et al., 2021); the weights themselves stay.</summary>
    Lora,
}

/// <summary>What is trained of one network.</summary>
public sealed record NetworkSettings
{
    /// <summary>Nothing, all, or a LoRA.</summary>
    public TrainingMode Mode { get; init; }

    /// <summary>The LoRA, where <see cref="Mode"/> is <see cref="TrainingMode.Lora"/>.</summary>
    public LoraSettings Lora { get; init; } = new();

    internal void Validate(string name)
    {
        Range.AtLeastOne(($"{name}.lora.rank", Lora.Rank));
        Range.Positive(($"{name}.lora.alpha", Lora.Alpha));
        Range.BelowOne(($"{name}.lora.dropout", Lora.Dropout));
        if (Mode == TrainingMode.Lora && Lora.Targets.Count == 0)
            throw new InvalidRequestException($"{name}.lora.targets is empty: name at least one kind of layer");
    }
}

/// <summary>The shape of a LoRA.</summary>
public sealed record LoraSettings
{
    /// <summary>The rank, ≥ 1.</summary>
    /// <value>The default value is 16.</value>
    public int Rank { get; init; } = 16;

    /// <summary>The product is multiplied by this over the rank; above 0.</summary>
    /// <value>The default value is 32.</value>
    public double Alpha { get; init; } = 32;

    /// <summary>The share of the layer's inputs that is hidden from the LoRA at each step, 0 to below 1.</summary>
    /// <value>The default value is 0.</value>
    public double Dropout { get; init; }

    /// <summary>The layers, by the ends of their names.</summary>
    /// <value>The default value is the projections of queries, keys and values of the network's attentions.</value>
    public IReadOnlyList<string> Targets { get; init; } = [];
}
