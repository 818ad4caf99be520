using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

/// <summary>Damaged files and hostile texts: a tokenizer, or an error in one line, and nothing else; in bounded time and memory.</summary>
public sealed class ClipTokenizerFuzzTests
{
    private const int MostBytesAllocated = 32 << 20;

    private static readonly byte[][] Morsels =
    [
        [.. "{"u8], [.. "[[[[[[[["u8], [.. "}"u8], [.. "\""u8], [.. "\\ud800"u8], [.. ":"u8], [.. ","u8], [.. "null"u8], [.. "-1"u8],
        [.. "1e999"u8],
        [.. "99999999999999999999"u8], [.. "1048575"u8], [.. "</w>"u8], [.. "#version"u8], [.. " "u8], [.. "\n"u8], [.. "<|endoftext|>"u8],
        [.. "\"content\""u8],
        [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF],
    ];

    [Fact]
    public void Thousands_of_damaged_folders_are_loaded_or_refused() => LoadDamaged(3_000, seed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void A_hundred_thousand_damaged_folders_are_loaded_or_refused() => LoadDamaged(100_000, seed: 2);

    [Fact]
    public void Thousands_of_random_texts_are_tokenized() => TokenizeRandom(3_000, seed: 3);

    [Fact]
    [Trait("Category", "Long")]
    public void A_hundred_thousand_random_texts_are_tokenized() => TokenizeRandom(100_000, seed: 4);

    private static void LoadDamaged(int count, int seed)
    {
        Random random = new(seed);
        var sources = Directory.GetDirectories(GoldenFolder.PathOf("models")).Select(model => Contents(Path.Combine(model, "tokenizer")))
            .ToArray();
        using TemporaryFolder folder = new();
        for (var round = 0; round < count; round++)
        {
            var damaged = Damage(sources[random.Next(sources.Length)], random);
            foreach (var stale in Directory.GetFiles(folder.Path))
                File.Delete(stale);
            foreach (var (name, bytes) in damaged)
                folder.Write(name, bytes);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            Load(folder.Path, $"round {round} of seed {seed}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MostBytesAllocated);
        }
    }

    private static void Load(string folder, string round)
    {
        try
        {
            var tokenizer = ClipTokenizer.Load(folder);
            var prompt = tokenizer.Encode("A photo of two dogs! <|endoftext|> naïve 日本 e\u0301");
            Assert.Equal(tokenizer.MaxLength, prompt.Ids.Length);
            tokenizer.Decode(prompt.Ids);
        }
        catch (AmusedException refusal)
        {
            Assert.StartsWith(folder, refusal.Message);
            Assert.DoesNotContain('\n', refusal.Message);
        }
        catch (Exception fault) when (fault is not Xunit.Sdk.IAssertionException)
        {
            Assert.Fail($"{round}: {fault}");
        }
    }

    private static Dictionary<string, byte[]> Damage(Dictionary<string, byte[]> source, Random random)
    {
        Dictionary<string, byte[]> files = new(source);
        var names = files.Keys.Order(StringComparer.Ordinal).ToArray();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var name = names[random.Next(names.Length)];
            if (random.Next(20) == 0)
                files.Remove(name);
            else if (files.TryGetValue(name, out var bytes))
                files[name] = Damage(bytes, random);
        }
        return files;
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var place = random.Next(bytes.Length + 1);
        var length = random.Next(Math.Min(bytes.Length - place, random.Next(2) == 0 ? 8 : 4096) + 1);
        var morsel = Morsels[random.Next(Morsels.Length)];
        return random.Next(6) switch
        {
            0 => bytes[..place],
            1 => [.. bytes[..place], .. bytes[(place + length)..]],
            2 => [.. bytes[..place], .. morsel, .. bytes[place..]],
            3 => [.. bytes[..place], .. morsel, .. bytes[(place + length)..]],
            4 => [.. bytes[..(place + length)], .. bytes[place..]],
            _ => [.. bytes[..place], .. bytes[place..(place + length)].Select(value => (byte)(value ^ (1 << random.Next(8)))),
                .. bytes[(place + length)..]],
        };
    }

    private static void TokenizeRandom(int count, int seed)
    {
        Random random = new(seed);
        var clip = TokenizerFixture.Clip;
        for (var round = 0; round < count; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(200)).Select(_ => RandomUnit(random))]);
            var ids = clip.Tokenize(text);
            Assert.All(ids, id => Assert.InRange(id, 0, clip.VocabularySize - 1));
            var prompt = clip.Encode(text);
            Assert.Equal(ids.Count, prompt.TokenCount);
            Assert.Equal(ids.Count > clip.MaxLength, prompt.Lost is not null);
            Assert.True(prompt.Lost is null || (prompt.Lost.Length > 0 && text.TrimEnd().EndsWith(prompt.Lost, StringComparison.Ordinal)));
        }
    }

    private static char RandomUnit(Random random) => random.Next(5) switch
    {
        0 => (char)random.Next(0x80),
        1 => (char)random.Next(0x300, 0x370),
        2 => (char)random.Next(0xD800, 0xE000),
        3 => (char)random.Next(0x1100, 0x1200),
        _ => (char)random.Next(0x10000),
    };

    private static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
}
