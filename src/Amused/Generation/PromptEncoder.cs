using Amused.Networks;
using Amused.Text;

namespace Amused;

/// <summary>
/// Words to text states: tokenizer and text tower. What it has read lately it knows; the empty prompt, above all, is read once.
/// </summary>
internal sealed class PromptEncoder(ClipTokenizer tokenizer, KnownWords? words, ITextTower tower)
{
    private const int LongestQuote = 200;

    /// <summary>How many prompts are kept, some 0.25 MB each for a published model.</summary>
    private const int MostKept = 64;

    // The one that was asked for longest ago comes first.
    private readonly OrderedDictionary<string, TextState> kept = [];

    private int Positions => tokenizer.MaxLength;

    /// <summary>How many prompts have gone through the text tower.</summary>
    internal int PromptsRead { get; private set; }

    /// <summary>Whether the model may know more words than its checkpoint says, as with a LoRA: then none is said to be unknown.</summary>
    public bool MayKnowMore { get; set; }

    /// <summary>
    /// What the user should know of prompts, a line each: words that were cut off, and words that the model doesn't know.
    /// </summary>
    /// <param name="prompts">Any number, repetitions allowed.</param>
    /// <param name="what">What one of them is called: a prompt, or a negative prompt.</param>
    public IEnumerable<string> Notices(IEnumerable<string> prompts, string what = "a prompt")
    {
        foreach (var prompt in prompts.Distinct())
        {
            if (tokenizer.Encode(prompt).Lost is { } lost)
                yield return $"{what} is longer than {Positions} tokens and was cut; not used: \"{Shorten(lost)}\"";
            if (!MayKnowMore && words?.NoticeOf(prompt, what) is { } unknown)
                yield return unknown;
        }
    }

    /// <summary>Forgets what was read: the text tower is about to say something else.</summary>
    public void Forget() => kept.Clear();

    /// <summary>Encodes each distinct prompt once, each by itself, so that its states don't depend on the others.</summary>
    /// <param name="prompts">Any number, repetitions allowed.</param>
    /// <param name="cancellation">Stops between two prompts.</param>
    public PromptEmbeddings Encode(IReadOnlyList<string> prompts, CancellationToken cancellation = default)
    {
        List<string> distinct = [.. prompts.Distinct()];
        var tokenized = distinct.Select(tokenizer.Encode).ToList();
        var states = distinct.Zip(tokenized)
            .ToDictionary(prompt => prompt.First, prompt => States(prompt.First, prompt.Second, cancellation));
        // Copies: what is kept must stay as it is, whatever a caller does to its own.
        return new([.. prompts.Select(prompt => (float[])states[prompt].Pooled.Clone())],
            [.. prompts.Select(prompt => (float[])states[prompt].Hidden.Clone())], Positions);
    }

    private TextState States(string prompt, TokenizedPrompt tokens, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (kept.Remove(prompt, out var states))
        {
            kept.Add(prompt, states);
            return states;
        }
        states = tower.Read(tokens.Ids);
        PromptsRead++;
        if (kept.Count == MostKept)
            kept.RemoveAt(0);
        return kept[prompt] = states;
    }

    private static string Shorten(string text)
    {
        var line = FileFault.Printable(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        return line.Length <= LongestQuote ? line : $"{line[..LongestQuote]}… ({line.Length} characters in all)";
    }
}
