namespace Amused.Weights.Hub;

/// <summary>Which of a repository's files are wanted.</summary>
public enum HubContent
{
    /// <summary>
    /// All that a pipeline needs: configs, tokenizer, scheduler and the weights of one variant. Or, without <c>model_index.json</c>, the
    /// one part that lies at the root.
    /// </summary>
    Pipeline,

    /// <summary>Everything but the weights: enough to say what a checkpoint is.</summary>
    Configuration,

    /// <summary>The tokenizer alone (a few megabytes), from the folder <c>tokenizer</c> or from the root.</summary>
    Tokenizer,
}
