using Amused.Text;
using Xunit;

namespace Amused.Training.Tests.Tokenizers;

public sealed class BpeTrainerTests
{
    private static readonly BpeTrainerOptions Small = new() { Alphabet = BpeAlphabet.Seen, VocabularySize = 1000 };

    [Fact]
    public void The_most_frequent_pair_is_merged_first_and_the_lower_pieces_on_a_tie()
    {
        // The words of the method's paper. 9 each: e s, s t at the end; then es + t 9; 7 each: l o, o w; 6 each: n e, e w.
        var merges = Train(Small with { VocabularySize = 10 * 2 + 6 + 2 }, Words(("low", 5), ("lower", 2), ("newest", 6), ("widest", 3))).Merges;
        Assert.Equal([("e", "s"), ("es", "t</w>"), ("l", "o"), ("e", "w"), ("n", "ew"), ("new", "est</w>")], merges);
    }

    [Fact]
    public void The_vocabulary_has_every_byte_twice_then_merges_then_the_special_tokens()
    {
        var vocabulary = Train(new() { VocabularySize = 515 }, ["ab ab"]);
        Assert.Equal(515, vocabulary.Pieces.Count);
        Assert.Equal(["a", "a</w>", "ab</w>", "<|startoftext|>", "<|endoftext|>"], [vocabulary.Pieces['a'], vocabulary.Pieces[256 + 'a'], .. vocabulary.Pieces.TakeLast(3)]);
        Assert.Equal(515, vocabulary.Pieces.Distinct().Count());
    }

    [Fact]
    public void A_small_alphabet_has_the_bytes_of_the_captions_inside_and_at_the_end() =>
        Assert.Equal(["a", "b", "a</w>", "b</w>", "<|startoftext|>", "<|endoftext|>"], Train(Small, ["ab"]).Pieces);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public void Pairs_rarer_than_asked_are_left_alone(int least, int merges) =>
        Assert.Equal(merges, Train(Small with { MinFrequency = least }, ["ab ab cd"]).Merges.Count);

    [Fact]
    public void Captions_are_normalized_and_split_as_the_tokenizer_does_it()
    {
        // Upper case, composition, digits one by one, and no words from what spells a special token.
        var pieces = Train(Small with { MinFrequency = 1 }, ["NE\u0301! 12<|endoftext|>"]).Pieces;
        Assert.Equal(["!", "1", "2", "n", "©", "Ã"], pieces.Where(piece => piece.Length == 1));
        Assert.Equal(["nÃ", "nÃ©</w>"], pieces.SkipLast(2).Where(piece => piece.Replace("</w>", "").Length > 1));
    }

    [Fact]
    public void The_order_of_captions_changes_nothing()
    {
        var captions = RandomCaptions(200);
        var forward = Train(Small, captions);
        Assert.Equal(forward.Merges, Train(Small, captions.Reverse()).Merges);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Kept_up_counts_give_the_merges_of_counting_anew_each_time(int seed)
    {
        var captions = RandomCaptions(100, seed);
        Assert.Equal(NaiveMerges(captions, least: 2), Train(Small with { VocabularySize = 100_000 }, captions).Merges);
    }

    [Fact]
    public void A_vocabulary_smaller_than_its_alphabet_is_refused_with_the_size_that_works()
    {
        Assert.Contains("514", Assert.Throws<InvalidRequestException>(() => Train(new() { VocabularySize = 513 }, ["a"])).Message);
        Assert.Contains("are 4", Assert.Throws<InvalidRequestException>(() => Train(Small with { VocabularySize = 3 }, ["a"])).Message);
        Assert.Throws<InvalidRequestException>(() => new BpeTrainer(new() { VocabularySize = 2 }));
        Assert.Throws<InvalidRequestException>(() => new BpeTrainer(new() { MinFrequency = 0 }));
    }

    [Fact]
    public void Captions_without_words_are_refused() =>
        Assert.Contains("no words", Assert.Throws<BrokenInputException>(() => Train(Small, ["", "  ", "<|endoftext|>"])).Message);

    private static BpeVocabulary Train(BpeTrainerOptions options, IEnumerable<string> captions)
    {
        BpeTrainer trainer = new(options);
        trainer.AddRange(captions);
        return trainer.Train();
    }

    private static IEnumerable<string> Words(params (string Word, int Count)[] words) => words.SelectMany(entry => Enumerable.Repeat(entry.Word, entry.Count));

    // Few letters, so that runs and overlaps are common.
    private static string[] RandomCaptions(int count, int seed = 0)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, 10).Select(_ => Word())))];

        string Word() => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "aaabbcé"[random.Next(7)]));
    }

    private static List<(string, string)> NaiveMerges(string[] captions, int least)
    {
        var words = captions.SelectMany(caption => caption.Split(' ')).Select(Symbols).ToList();
        List<string> pieces = [.. words.SelectMany(word => word).Select(symbol => symbol[..1]).Distinct().Order(StringComparer.Ordinal)];
        pieces.AddRange([.. pieces.Select(piece => piece + "</w>")]);
        List<(string, string)> merges = [];
        HashSet<(string, string)> passed = [];
        while (true)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1))).Where(pair => !passed.Contains(pair)).GroupBy(pair => pair)
                .OrderByDescending(group => group.Count()).ThenBy(group => pieces.IndexOf(group.Key.First)).ThenBy(group => pieces.IndexOf(group.Key.Second)).FirstOrDefault();
            if (best is null || best.Count() < least)
                return merges;
            passed.Add(best.Key);
            var (left, right) = best.Key;
            if (pieces.Contains(left + right))
                continue;
            pieces.Add(left + right);
            merges.Add(best.Key);
            foreach (var word in words)
            {
                for (var place = 0; place < word.Count - 1; place++)
                {
                    if (word[place] == left && word[place + 1] == right)
                    {
                        word[place] += right;
                        word.RemoveAt(place + 1);
                    }
                }
            }
        }
    }

    private static List<string> Symbols(string word)
    {
        List<string> symbols = [.. System.Text.Encoding.UTF8.GetBytes(word).Select(value => ByteAlphabet.ToCharacter(value).ToString())];
        symbols[^1] += "</w>";
        return symbols;
    }
}
