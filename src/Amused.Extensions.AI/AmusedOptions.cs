using Amused.Runtime;
using Amused.Weights;
using Amused.Weights.Hub;

namespace Amused.Extensions.AI;

/// <summary>Which model a generator loads, and how. It can be bound to a section of a configuration.</summary>
public sealed class AmusedOptions
{
    /// <summary>
    /// A folder in the published layout, a hub id such as <c>amused/amused-512</c>, which is downloaded at first use, or
    /// <c>picture-book</c>.
    /// </summary>
    /// <value>The default value is <see cref="BuiltInModel.Name"/>: the model in the box.</value>
    public string Model { get; set; } = BuiltInModel.Name;

    /// <inheritdoc cref="LoadOptions.Variant"/>
    /// <value>The default value is null: the plain files.</value>
    public string? Variant { get; set; }

    /// <inheritdoc cref="LoadOptions.Precision"/>
    /// <value>The default value is <see cref="Precision.Auto"/>: the fastest that is safe here.</value>
    public Precision Precision { get; set; } = Precision.Auto;

    /// <inheritdoc cref="LoadOptions.Device"/>
    /// <value>The default value is <c>cpu</c>.</value>
    public string Device { get; set; } = "cpu";

    /// <inheritdoc cref="LoadOptions.Hub"/>
    /// <value>The default value is the environment's settings.</value>
    public HubOptions Hub { get; set; } = new();

    /// <summary>LoRAs that are applied to the model when it is loaded.</summary>
    /// <value>The default value is empty.</value>
    public IList<AmusedLoraOptions> Loras { get; } = [];
}

/// <summary>A LoRA to apply.</summary>
public sealed class AmusedLoraOptions
{
    /// <summary>A file in PEFT's layout, or a folder with one.</summary>
    /// <value>The default value is empty; it has to be given.</value>
    public string Path { get; set; } = "";

    /// <summary>Its strength: 1 is as it was trained, 0 nothing, negative the opposite. Finite.</summary>
    /// <value>The default value is 1.</value>
    public double Scale { get; set; } = 1;

    /// <summary>The alpha that it was trained with, for files that don't keep it.</summary>
    /// <value>The default value is null: the file's own, else its rank.</value>
    public double? Alpha { get; set; }
}
