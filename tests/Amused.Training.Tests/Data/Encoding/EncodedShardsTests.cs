using Amused.Images;
using Amused.Sampling;
using Amused.Tests.Images;
using TorchSharp;
using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class EncodedShardsTests : IDisposable
{
    private const int Count = 23;
    private static readonly DataOrder Order = new() { Seed = 2 };
    private static readonly ExampleTransform Transform = new() { Resolution = 8, ReadMasks = true };
    private static readonly EncodingIdentity Identity =
        new(new Dictionary<string, string> { ["resolution"] = "8", ["seed"] = "2", ["vqvae.sha256"] = "abc", ["data.sha256"] = "set" });
    private readonly TemporaryFolder folder = new();
    private int encodedPictures;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(EncodedText.States, 1000)]
    [InlineData(EncodedText.TokenIds, 40_000)]
    public void What_is_read_is_what_the_encoders_said_of_the_same_crops(EncodedText text, int codebook)
    {
        Encode(new() { Text = text, ShardSize = 10, Passes = 2, Loader = new() { BatchSize = 4 } }, codebook);
        using EncodedDataset data = new(folder.Path);
        Assert.Equal((2 * Count, text), (data.Count, data.Text));

        using PrefetchingLoader loader = new(Source(), Transform, Order, new() { BatchSize = 2 * Count });
        Assert.True(loader.TryTake(out var expected));
        using var actual = data.Read(new() { Shuffle = false }, default, 2 * Count);
        Assert.Equal(expected.Examples.SelectMany(example => TokensOf(example, codebook)), actual.Tokens.data<long>().Select(id => (int)id));
        Assert.Equal(expected.Examples.SelectMany(example => example.Conditions.ToArray()), actual.MicroConditions.data<float>());
        if (text == EncodedText.States)
        {
            Assert.Equal(expected.Captions.SelectMany(caption => StateOf(caption).Hidden.Select(value => (float)value)), Floats(actual.Text.Hidden!));
            Assert.Equal([2 * Count, 3, 2], actual.Text.Hidden!.shape);
            Assert.Equal(expected.Captions.SelectMany(caption => StateOf(caption).Pooled.Select(value => (float)value)), Floats(actual.Text.Pooled!));
            Assert.Null(actual.Text.InputIds);
        }
        else
        {
            Assert.Equal(expected.Captions.SelectMany(IdsOf), actual.Text.InputIds!.data<long>().Select(id => (int)id));
            Assert.Null(actual.Text.Hidden);
        }
    }

    [Fact]
    public void How_much_of_each_token_a_mask_shows_is_kept_and_is_all_where_there_is_none()
    {
        var half = QuarterBlack(8, 8).Encode(ImageFormat.Png);
        ListImageSource source = new("set", [.. Enumerable.Range(0, 4).Select(i => new RawExample(
            $"{i}", ["a"], () => Pictures.Noise(8, 8, seed: i).Encode(ImageFormat.Png), i == 2 ? () => half : null))]);
        Encode(new() { ShardSize = 2, Loader = new() { BatchSize = 1 } }, source: source);
        using EncodedDataset data = new(folder.Path);
        Assert.True(data.HasMasks);
        using var without = data.Read(new() { Shuffle = false }, default, 2);
        using var mixed = data.Read(new() { Shuffle = false }, default, 4);
        Assert.Null(without.Foreground);
        Assert.Equal([4, 2, 2], mixed.Foreground!.shape);
        // White but for the left quarter: half of the left squares.
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 128 / 255f, 1, 128 / 255f, 1, 1, 1, 1, 1], mixed.Foreground.data<float>());
    }

    [Fact]
    public void Without_masks_nothing_is_kept_of_them()
    {
        Encode(new());
        using EncodedDataset data = new(folder.Path);
        Assert.False(data.HasMasks);
    }

    [Fact]
    public void The_empty_caption_is_kept_for_condition_dropout()
    {
        Encode(new());
        using EncodedDataset data = new(folder.Path);
        using var empty = data.ReadEmptyCaption();
        Assert.Equal(StateOf("").Hidden.Select(value => (float)value), Floats(empty.Hidden!));
        Assert.Equal([1, 4], empty.Pooled!.shape);
        Assert.Null(empty.InputIds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(21)]
    public void Encoding_that_was_stopped_goes_on_after_the_last_whole_shard_with_the_same_result(int picturesUntilStop)
    {
        EncodingOptions options = new() { ShardSize = 5, Loader = new() { BatchSize = 2, MaxBrokenShare = 0.5 } };
        using TemporaryFolder other = new();
        Encode(options, into: other.Path, broken: 7);
        encodedPictures = 0;
        Assert.Throws<TimeoutException>(() => Encode(options, stopAfter: picturesUntilStop, broken: 7));
        Assert.Contains("not finished", Assert.Throws<BrokenInputException>(OpenAfterFirstShard).Message, StringComparison.Ordinal);
        int before = encodedPictures;
        Encode(options, broken: 7);

        Assert.True(encodedPictures - before <= Count - 1 - picturesUntilStop / 6 * 6 + 2, $"{before} and then {encodedPictures - before} pictures");
        Assert.Equal(Files(other.Path), Files(folder.Path));
        encodedPictures = 0;
        Encode(options, broken: 7);
        Assert.Equal(0, encodedPictures);

        void OpenAfterFirstShard()
        {
            if (!File.Exists(folder[EncodedIndex.FileName]))
                throw new BrokenInputException("not finished"); // stopped before the first shard
            new EncodedDataset(folder.Path).Dispose();
        }
    }

    [Fact]
    public void Shards_of_something_else_are_not_gone_on_with_and_each_difference_is_named()
    {
        Encode(new());
        var other = Identity.With(("seed", "3"), ("vqvae.sha256", "def"), ("data.sha256", "other"));
        var expected = $"{folder.Path} is of another run: passes is 2 instead of 1; seed is 3 instead of 2; vqvae has another content; data has another content; --force goes on all the same";
        Assert.Equal(expected, Refusal(new() { Passes = 2 }, other));
    }

    [Fact]
    public void Force_goes_on_with_shards_of_something_else_and_the_index_says_what_the_last_ones_were_made_with()
    {
        Encode(new() { ShardSize = 5 });
        var other = Identity.With(("seed", "3"), ("vqvae.sha256", "def"));
        var result = Encode(new() { ShardSize = 5, Passes = 2, Force = true }, identity: other);
        Assert.Equal(2 * Count, result.Examples);
        Assert.Equal(Count, encodedPictures - Count);
        using EncodedDataset data = new(folder.Path);
        Assert.Equal(("3", "def"), (data.Identity.Value("seed"), data.Identity.Value("vqvae.sha256")));
        Encode(new() { ShardSize = 5, Passes = 2 }, identity: other);
        Assert.Equal(2 * Count, encodedPictures);
    }

    [Theory]
    [InlineData("resolution", "16")]
    [InlineData("text_length", "32")]
    public void Shards_of_other_shapes_are_not_gone_on_with_by_force_either(string name, string value)
    {
        Encode(new());
        var other = Identity.With((name, value), ("vqvae.sha256", "def"));
        Assert.EndsWith("; vqvae has another content; name another folder, or delete this one", Refusal(new() { Force = true }, other), StringComparison.Ordinal);
        Assert.Contains("text is TokenIds instead of States; name another folder", Refusal(new() { Force = true, Text = EncodedText.TokenIds }, Identity), StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_whose_data_were_told_by_their_name_are_gone_on_with()
    {
        Encode(new(), identity: Identity.Without("data.sha256").With(("source", "set")));
        Encode(new());
        Assert.Equal(Count, encodedPictures);
    }

    [Fact]
    public void A_damaged_shard_is_found_when_it_is_first_read_and_a_missing_one_named()
    {
        Encode(new() { ShardSize = 10, Loader = new() { BatchSize = 1 } });
        var path = folder["shard-00001.safetensors"];
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        using EncodedDataset data = new(folder.Path);
        data.Read(new() { Shuffle = false }, default, 10).Dispose();
        var error = Assert.Throws<BrokenInputException>(() => data.Read(new() { Shuffle = false }, new(0, 10), 1));
        Assert.Contains(path + ": is not the shard that the index names", error.Message, StringComparison.Ordinal);

        using EncodedDataset trusting = new(folder.Path, verify: false);
        trusting.Read(new() { Shuffle = false }, new(0, 10), 1).Dispose();
        File.Delete(path);
        using EncodedDataset missing = new(folder.Path);
        Assert.Contains("there is no such file", Assert.Throws<BrokenInputException>(() => missing.Read(new() { Shuffle = false }, new(0, 10), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("missing or cut", Assert.Throws<BrokenInputException>(() => Encode(new() { ShardSize = 10, Loader = new() { BatchSize = 1 } }, unfinished: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_run_over_epochs_show_everything_once_an_epoch_and_can_be_gone_on_with()
    {
        Encode(new() { ShardSize = 4 });
        using EncodedDataset data = new(folder.Path);
        List<(string Tokens, DataPosition Next)> seen = [];
        for (DataPosition at = default; seen.Count < 10; at = seen[^1].Next)
        {
            using var batch = data.Read(Order, at, 5);
            seen.Add((string.Join(' ', batch.Tokens.data<long>().Chunk(4).Select(row => string.Join(',', row))), batch.Next));
        }

        var rows = seen.SelectMany(batch => batch.Tokens.Split(' ')).ToArray();
        Assert.Equal(rows[..Count].Order(), rows[Count..(2 * Count)].Order());
        Assert.NotEqual(rows[..Count], rows[Count..(2 * Count)]);
        Assert.Equal(new(2, 4), seen[^1].Next);
    }

    [Fact]
    public void A_folder_without_an_index_is_refused() =>
        Assert.Contains("index.json: there is no such file", Assert.Throws<BrokenInputException>(() => new EncodedDataset(folder.Path)).Message, StringComparison.Ordinal);

    private string Refusal(EncodingOptions options, EncodingIdentity identity) => Assert.Throws<InvalidRequestException>(() => Encode(options, identity: identity)).Message;

    private EncodingResult Encode(
        EncodingOptions options, int codebook = 1000, string? into = null, EncodingIdentity? identity = null, int stopAfter = int.MaxValue, int broken = -1, bool unfinished = false,
        IImageSource? source = null)
    {
        into ??= folder.Path;
        if (unfinished)
            (EncodedIndex.Read(into) with { Complete = false }).Write(into);
        int done = 0;
        ExampleEncoders encoders = new(
            codebook,
            batch =>
            {
                encodedPictures += batch.Examples.Count;
                if ((done += batch.Examples.Count) > stopAfter)
                    throw new TimeoutException();
                return [.. batch.Examples.Select(example => new TokenGrid(2, 2, TokensOf(example, codebook)))];
            },
            captions => [.. captions.Select(StateOf)],
            captions => [.. captions.Select(IdsOf)]);
        return ShardEncoder.Encode(into, source ?? Source(broken), Transform, Order, encoders, identity ?? Identity, options);
    }

    /// <summary>Black in its left quarter, else white.</summary>
    private static RgbImage QuarterBlack(int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(i => i / 3 % width < width / 4 ? (byte)0 : (byte)255)]);

    private static int[] TokensOf(TrainingExample example, int codebook)
    {
        var pixels = example.Image.Pixels;
        return [pixels[0], pixels[1], pixels[50] + 3, codebook - 1 - pixels[7]];
    }

    private static EncodedCaption StateOf(string caption) => new(
        [(Half)caption.Length, (Half)0.5f, (Half)(-1), (Half)7], [.. Enumerable.Range(0, 6).Select(i => (Half)(i + caption.Length))], Positions: 3);

    private static int[] IdsOf(string caption) => [.. caption.PadRight(12).Select(letter => (int)letter)];

    private static float[] Floats(torch.Tensor tensor)
    {
        using var floats = tensor.to(torch.ScalarType.Float32);
        return floats.data<float>().ToArray();
    }

    private static ListImageSource Source(int broken = -1) => new("set", [.. Enumerable.Range(0, Count).Select(i => new RawExample(
        $"{i}", [$"caption {i}"], () => i == broken ? [1] : Pictures.Noise(11, 9, seed: i).Encode(ImageFormat.Png)))]);

    private static IEnumerable<(string, string)> Files(string path) =>
        Directory.EnumerateFiles(path).Order().Select(file => (Path.GetFileName(file), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))));
}

file static class IdentityChanges
{
    public static EncodingIdentity With(this EncodingIdentity identity, params IEnumerable<(string Name, string Value)> values)
    {
        Dictionary<string, string> changed = new(identity.Values);
        foreach (var (name, value) in values)
            changed[name] = value;
        return new(changed);
    }

    public static EncodingIdentity Without(this EncodingIdentity identity, string name) => new(identity.Values.Where(value => value.Key != name).ToDictionary());
}
