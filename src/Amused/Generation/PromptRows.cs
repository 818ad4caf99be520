using Amused.Networks;

namespace Amused;

/// <summary>
/// What the rows of a request say, and should not say. Rows that say the same share one text, so that the network prepares it once.
/// </summary>
/// <param name="Texts">The texts, each once.</param>
/// <param name="Rows">For each row its prompt's place among the texts and, under guidance, its negative prompt's.</param>
internal sealed record PromptRows(IReadOnlyList<TextState> Texts, IReadOnlyList<(int Text, int? Negative)> Rows)
{
    /// <summary>Encodes a request's words.</summary>
    /// <param name="request">The request.</param>
    /// <param name="count">How many rows it has.</param>
    /// <param name="isGuided">Whether negative prompts are needed.</param>
    /// <param name="encoder">Reads prompts.</param>
    /// <param name="widths">How many numbers the network takes of the pooled state, and of each position's.</param>
    /// <param name="notices">Receives what the user should know.</param>
    /// <param name="cancellation">Stops between two prompts.</param>
    /// <exception cref="InvalidRequestException">Given states are another model's, or of two lengths.</exception>
    public static PromptRows Of(
        GenerationRequest request, int count, bool isGuided, PromptEncoder encoder, (int Pooled, int Hidden) widths, List<string> notices,
        CancellationToken cancellation)
    {
        PromptEmbeddings States(IReadOnlyList<string> words, PromptEmbeddings? given, string kind)
        {
            var states = given ?? encoder.Encode(words, cancellation);
            states.ThrowIfUnfit($"{kind} embeddings", widths.Pooled, widths.Hidden);
            notices.AddRange(given is null ? encoder.Notices(words, $"a {kind}") : []);
            return states;
        }

        var wanted = States(request.Prompts, request.PromptEmbeddings, "prompt");
        var unwanted = !isGuided ? null
            : States(request.NegativePrompts is [] ? [""] : request.NegativePrompts, request.NegativePromptEmbeddings, "negative prompt");
        if (unwanted is not null && unwanted.Positions != wanted.Positions)
        {
            throw new InvalidRequestException(
                $"the prompt's states have {wanted.Positions} positions, the negative prompt's {unwanted.Positions}: give both "
                    + "of one length");
        }
        // One row's unconditional pass stands before its conditional one; in this order a single image needs no copy of what was prepared.
        List<TextState> texts = [.. Each(unwanted), .. Each(wanted)];
        var negatives = unwanted?.Count ?? 0;
        return new(texts, [.. Enumerable.Range(0, count)
            .Select(row => (negatives + Of(wanted, row), unwanted is null ? (int?)null : Of(unwanted, row)))]);
    }

    private static IEnumerable<TextState> Each(PromptEmbeddings? states) =>
        states is null ? [] : states.Pooled.Zip(states.Hidden, (pooled, hidden) => new TextState(pooled, hidden));

    private static int Of(PromptEmbeddings states, int row) => states.Count == 1 ? 0 : row;
}
