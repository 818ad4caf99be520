namespace Amused.Text;

/// <summary>A prompt as the text tower reads it.</summary>
/// <param name="Ids">
/// As many ids as <see cref="ClipTokenizer.MaxLength"/> says: the start token, the prompt's, the end token, then padding. Of a prompt that
/// is too long the first ones, and the end token last.
/// </param>
/// <param name="TokenCount">
/// How many tokens the whole prompt has with start and end token; more than <see cref="Ids"/> holds when it was cut.
/// </param>
/// <param name="Lost">What was cut off, quoted from the prompt; null when nothing was.</param>
public sealed record TokenizedPrompt(int[] Ids, int TokenCount, string? Lost);
