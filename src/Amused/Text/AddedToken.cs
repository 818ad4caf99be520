namespace Amused.Text;

/// <summary>A token that is cut out of the text before anything else is done to it: special tokens, and words that users add.</summary>
/// <param name="Content">The token's text.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text (and in its own normal form) instead of the raw one.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="LeftStrip">Whether it takes white space before it along.</param>
/// <param name="RightStrip">Whether it takes white space after it along.</param>
internal sealed record AddedToken(string Content, bool Normalized, bool SingleWord = false, bool LeftStrip = false,
    bool RightStrip = false);
