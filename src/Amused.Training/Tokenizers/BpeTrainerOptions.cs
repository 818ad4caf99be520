using Amused.Text;

namespace Amused.Training;

/// <summary>Which single bytes a vocabulary begins with.</summary>
public enum BpeAlphabet
{
    /// <summary>All 256, inside a word and at its end, as CLIP's own vocabulary: no text holds anything unknown.</summary>
    Full,

    /// <summary>
    /// Those that occur in the captions, inside a word and at its end: leaves a small vocabulary more room for merges. Any other byte becomes
    /// the unknown token, which in CLIP's format is <c>&lt;|endoftext|&gt;</c>: the text tower then takes a prompt to end there.
    /// </summary>
    Seen,
}

/// <summary>What a vocabulary shall be like.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>How many pieces it has at most, the alphabet and the two special tokens among them: the rows of the text tower's embedding table.</summary>
    /// <value>
    /// At least the alphabet and two (514 with <see cref="BpeAlphabet.Full"/>), at most 1,048,576. The default value is 1024. Captions with too few
    /// repeated pairs give fewer.
    /// </value>
    public int VocabularySize { get; init; } = 1024;

    /// <summary>Which single bytes it begins with.</summary>
    /// <value>The default value is <see cref="BpeAlphabet.Full"/>.</value>
    public BpeAlphabet Alphabet { get; init; } = BpeAlphabet.Full;

    /// <summary>How often a pair must occur to be merged.</summary>
    /// <value>At least 1. The default value is 2: what occurs once tells nothing of other texts.</value>
    public int MinFrequency { get; init; } = 2;

    internal void Validate()
    {
        if (VocabularySize is < 3 or > ClipVocabulary.IdLimit)
            throw new InvalidRequestException($"a vocabulary of {VocabularySize} pieces is not possible: from 3 to {ClipVocabulary.IdLimit}");
        if (MinFrequency < 1)
            throw new InvalidRequestException($"a least frequency of {MinFrequency} is not possible: at least 1");
    }
}
