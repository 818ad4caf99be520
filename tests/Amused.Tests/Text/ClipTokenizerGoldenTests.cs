using System.Text.Json;
using Amused.Tests.Golden;
using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

[Trait("Category", GoldenFolder.Category)]
public sealed class ClipTokenizerGoldenTests : IGoldenTests
{
    public static IEnumerable<string> FilesRead => GoldenFolder.Files("clip_tokens.json").Concat(ComponentFiles);

    public static TheoryData<string> RowFiles => [.. GoldenFolder.Files("clip_tokens.json")];

    public static TheoryData<string> Components => [.. ComponentFiles];

    private static IEnumerable<string> ComponentFiles => GoldenFolder.Files("components/", "/text_encoder.safetensors");

    [Theory]
    [MemberData(nameof(RowFiles))]
    public void Every_row_has_the_ids_that_the_reference_gives(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(GoldenFolder.PathOf(file)));
        var clip = TokenizerFixture.Clip;
        Assert.Equal(document.RootElement.GetProperty("pad_token_id").GetInt32(), clip.PadTokenId);
        var rows = document.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => AssertRow(clip, row));
    }

    private static void AssertRow(ClipTokenizer clip, JsonElement row)
    {
        var text = row.GetProperty("text").GetString()!;
        var ids = TokenizerFixture.Ids(row);
        Assert.Equal(ids, clip.Tokenize(text));

        var prompt = clip.Encode(text);
        var padded = row.TryGetProperty("cut", out var cut)
            ? [.. cut.EnumerateArray().Select(id => id.GetInt32())]
            : ids.Concat(Enumerable.Repeat(clip.PadTokenId, clip.MaxLength)).Take(clip.MaxLength);
        Assert.Equal(padded, prompt.Ids);
        Assert.Equal(ids.Length > clip.MaxLength, prompt.Lost is not null);
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void The_prompts_of_a_models_text_states_get_the_ids_that_were_fed_to_the_reference(string file)
    {
        GoldenFigures figures = new(file);
        var tokenizer = ClipTokenizer.Load(Path.Combine(GoldenFolder.Model(file.Split('/')[1]), "tokenizer"));
        var prompts = figures.Metadata("prompts").EnumerateArray().Select(prompt => prompt.GetString()!).ToArray();
        Assert.NotEmpty(prompts);
        var ids = prompts.SelectMany(prompt => tokenizer.Encode(prompt).Ids).Select(id => (long)id);
        using var expected = figures["input_ids"];
        Assert.Equal(expected.data<long>().ToArray(), ids);
    }
}
