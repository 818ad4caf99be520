using Amused.Text;
using Xunit;

namespace Amused.Training.Tests.Tokenizers;

public sealed class BpeVocabularyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(BpeAlphabet.Full)]
    [InlineData(BpeAlphabet.Seen)]
    public void A_saved_vocabulary_loads_and_texts_come_back(BpeAlphabet alphabet)
    {
        var vocabulary = Train(alphabet);
        vocabulary.Save(folder["new"], maxLength: 16);
        var tokenizer = ClipTokenizer.Load(folder["new"]);

        Assert.Equal(16, tokenizer.MaxLength);
        Assert.Equal(vocabulary.Pieces.Count, tokenizer.VocabularySize);
        Assert.Equal(vocabulary.Pieces, Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.Piece));
        Assert.Equal(tokenizer.VocabularySize - 1, tokenizer.EndTokenId);
        Assert.Equal(tokenizer.EndTokenId, tokenizer.PadTokenId);
        Assert.Equal(tokenizer.EndTokenId, tokenizer.UnknownTokenId);
        Assert.Equal(["<|startoftext|>", "red</w>", "square</w>", "<|endoftext|>"], tokenizer.Tokenize("Red SQUARE").Select(tokenizer.Piece));
        Assert.Equal("<|startoftext|>a red café square , 12 quads <|endoftext|>".Replace("12", "1 2"), tokenizer.Decode(tokenizer.Tokenize("a red café square, 12 quads")));
    }

    [Fact]
    public void A_byte_that_no_caption_had_is_unknown_with_the_small_alphabet_alone()
    {
        foreach (var alphabet in Enum.GetValues<BpeAlphabet>())
        {
            Train(alphabet).Save(folder[$"{alphabet}"]);
            var tokenizer = ClipTokenizer.Load(folder[$"{alphabet}"]);
            Assert.Equal(alphabet == BpeAlphabet.Seen, tokenizer.Tokenize("z").SkipLast(1).Contains(tokenizer.UnknownTokenId));
        }
    }

    [Fact]
    public void A_folder_with_another_tokenizer_is_refused_and_left_as_it_was()
    {
        folder.Write("tokenizer.json", "{}");
        var error = Assert.Throws<InvalidRequestException>(() => Train(BpeAlphabet.Seen).Save(folder.Path));
        Assert.Contains("tokenizer.json", error.Message);
        Assert.Equal(["tokenizer.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_001)]
    public void A_length_that_no_prompt_can_have_is_refused(int length) =>
        Assert.Throws<InvalidRequestException>(() => Train(BpeAlphabet.Seen).Save(folder["new"], length));

    private static BpeVocabulary Train(BpeAlphabet alphabet)
    {
        BpeTrainer trainer = new(new() { Alphabet = alphabet });
        trainer.AddRange(["a red square", "a red square, 12 café", "square quads café"]);
        return trainer.Train();
    }
}
