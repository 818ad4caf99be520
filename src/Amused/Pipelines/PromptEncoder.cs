using Amused.Text;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>Words to text states: tokenizer and text tower.</summary>
internal sealed class PromptEncoder(ClipTokenizer tokenizer, ClipTextModel model, ScalarType type, Device device)
{
    private const int LongestQuote = 60;

    private int Positions => tokenizer.MaxLength;

    /// <summary>Encodes each distinct prompt once.</summary>
    /// <param name="prompts">Any number, repetitions allowed.</param>
    public PromptEmbeddings Encode(IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        List<string> distinct = [.. prompts.Distinct()];
        var tokenized = distinct.Select(tokenizer.Encode).ToList();
        var notices = tokenized.Select(prompt => prompt.Lost).OfType<string>().Select(lost => $"a prompt is longer than {Positions} tokens and was cut; not used: \"{Shorten(lost)}\"");

        var ids = tensor(tokenized.SelectMany(prompt => prompt.Ids.Select(id => (long)id)).ToArray(), [distinct.Count, Positions], ScalarType.Int64, device);
        var output = model.Forward(ids, type);
        var (pooled, hidden) = (Rows(output.TextEmbeds), Rows(output.PenultimateHiddenState));
        var places = prompts.Select(prompt => distinct.IndexOf(prompt)).ToList();
        return new([.. places.Select(place => pooled[place])], [.. places.Select(place => hidden[place])], Positions) { Notices = [.. notices] };
    }

    private static List<float[]> Rows(Tensor batch)
    {
        using var flat = batch.flatten(1).to(ScalarType.Float32).cpu();
        return [.. flat.data<float>().ToArray().Chunk((int)flat.shape[1])];
    }

    private static string Shorten(string text)
    {
        var line = FileFault.Printable(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        return line.Length <= LongestQuote ? line : $"{line[..LongestQuote]}… ({line.Length} characters in all)";
    }
}
