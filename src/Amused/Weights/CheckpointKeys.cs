namespace Amused.Weights;

/// <summary>The keys by which networks ask for their parameters, from keys as files of different ages write them.</summary>
public static class CheckpointKeys
{
    /// <summary>
    /// CLIP's text tower: newer writers leave the prefix <c>text_model.</c> out, older ones keep a buffer <c>position_ids</c> that
    /// only counts from 0 to 76.
    /// </summary>
    /// <param name="key">A file's key.</param>
    /// <returns>The key with its prefix, or null for the buffer.</returns>
    public static string? ClipText(string key)
    {
        if (key.EndsWith("embeddings.position_ids", StringComparison.Ordinal) || key == "position_ids")
            return null;
        var hasFullName = key.StartsWith("text_model.", StringComparison.Ordinal)
            || key.StartsWith("text_projection.", StringComparison.Ordinal);
        return hasFullName ? key : $"text_model.{key}";
    }
}
