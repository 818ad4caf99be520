namespace Amused.Training;

/// <summary>What a VQGAN's run starts from: a trained one, or nothing.</summary>
public sealed record VqModelSettings
{
    /// <summary>The VQGAN to train further: a checkpoint with a folder <c>vqvae</c>, a run of <c>amused train-vq</c> or one of its checkpoints, or the folder <c>vqvae</c> itself.</summary>
    /// <value>The default value is null; then <see cref="Config"/> is needed.</value>
    public string? Name { get; init; }

    /// <summary>The word before the extension of the weight files (<c>fp16</c>).</summary>
    /// <value>The default value is null: the plain files.</value>
    public string? Variant { get; init; }

    /// <summary>A JSON file with the sizes of one that starts from random weights (<see cref="Networks.Vqgan.VqModelConfig"/>).</summary>
    /// <value>The default value is null; then <see cref="Name"/> is needed.</value>
    public string? Config { get; init; }

    internal void Validate()
    {
        if (Name is null == Config is null)
            throw new InvalidRequestException(Name is null
                ? "no VQGAN: give model.name, one to train further, or model.config, the sizes of a new one"
                : "model.name and model.config exclude each other: a VQGAN to train further, or the sizes of a new one");
    }
}
