namespace Amused.Training;

/// <summary>What a run starts from: a checkpoint, or nothing.</summary>
public sealed record ModelSettings
{
    /// <summary>The checkpoint to fine-tune: a folder, or an id on the hub.</summary>
    /// <value>The default value is null; then <see cref="Config"/> is needed.</value>
    public string? Name { get; init; }

    /// <summary>The word before the extension of the weight files (<c>fp16</c>).</summary>
    /// <value>The default value is null: the plain files.</value>
    public string? Variant { get; init; }

    /// <summary>The hub's branch, tag or commit.</summary>
    /// <value>The default value is null: <c>main</c>.</value>
    public string? Revision { get; init; }

    /// <summary>The sizes of a model that starts from random weights: <c>256</c>, <c>512</c>, or a JSON file of the shape of <see cref="CheckpointConfig"/>.</summary>
    /// <value>The default value is null; then <see cref="Name"/> is needed.</value>
    public string? Config { get; init; }

    /// <summary>With <see cref="Config"/>: the folder with the tokenizer's files.</summary>
    /// <value>The default value is null: a tokenizer of single bytes.</value>
    public string? Tokenizer { get; init; }

    /// <summary>With <see cref="Config"/>: a checkpoint whose VQGAN is used, since a random one makes no pictures.</summary>
    /// <value>The default value is null: random weights.</value>
    public string? Vqvae { get; init; }

    /// <summary>
    /// A checkpoint of a run, or a folder in the published layout, whose weights of the trained networks are taken in place of the model's. The
    /// optimizer starts afresh.
    /// </summary>
    /// <value>The default value is null.</value>
    public string? InitFrom { get; init; }

    internal void Validate()
    {
        if (Name is null == Config is null)
            throw new InvalidRequestException(Name is null
                ? "no model: give model.name, a checkpoint to fine-tune, or model.config, the sizes of a new one"
                : "model.name and model.config exclude each other: a checkpoint to fine-tune, or the sizes of a new one");
        if (Name is not null && (Tokenizer ?? Vqvae) is not null)
            throw new InvalidRequestException("model.tokenizer and model.vqvae are for a new model, with model.config; model.name brings its own");
    }
}
