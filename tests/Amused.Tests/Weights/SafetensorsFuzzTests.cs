using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Weights;

/// <summary>
/// Damaged files: each is refused in one line or is sound, and none takes more memory than in proportion to its own size.
/// </summary>
public sealed class SafetensorsFuzzTests
{
    // An exception with its stack trace takes some kilobytes by itself; JSON text widens when it becomes strings and records.
    private const long FixedBytes = 32 << 10;
    private const long BytesPerByte = 24;

    [Fact]
    public void A_damaged_file_is_refused_in_one_line_or_sound() => Fuzz(seed: 1, count: 5_000);

    [Fact]
    [Trait("Category", "Long")]
    public void A_damaged_file_is_refused_in_one_line_or_sound_each_of_many_times()
    {
        for (var seed = 2; seed < 42; seed++)
            Fuzz(seed, count: 10_000);
    }

    [Fact]
    public void What_passes_the_check_can_be_read_by_the_engine()
    {
        using TemporaryFolder folder = new();
        SafetensorsMutator mutator = new(seed: 3);
        var read = 0;
        while (read < 100)
        {
            var bytes = mutator.Next();
            if (Open(bytes) is not { Entries.Count: > 0 })
                continue;
            using MappedTensors tensors = new(SafetensorsFile.Open(folder.Write("x", bytes)));
            foreach (var entry in tensors.File.Entries.Values.Where(entry => entry.Dtype.ToScalarType() is not null))
            {
                using Tensor same = tensors.Read(entry.Name), other = tensors.Read(entry.Name, ScalarType.BFloat16);
                Assert.Equal(entry.Shape, same.shape);
                Assert.Equal(entry.Shape, other.shape);
            }
            read++;
        }
    }

    private static void Fuzz(int seed, int count)
    {
        SafetensorsMutator mutator = new(seed);
        var sound = 0;
        for (var number = 0; number < count; number++)
        {
            var bytes = mutator.Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var file = Open(bytes);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(allocated <= FixedBytes + BytesPerByte * bytes.Length,
                $"Seed {seed}, input {number} of {bytes.Length} bytes took {allocated} bytes.");
            if (file is null)
                continue;
            sound++;
            AssertTiles(file, bytes.Length);
        }
        Assert.InRange(sound, count / 50, count / 2); // Else the mutations are too wild or too tame to test anything.
    }

    private static SafetensorsFile? Open(byte[] bytes)
    {
        try
        {
            return SafetensorsFile.Open(new MemoryStream(bytes), "fuzz");
        }
        catch (AmusedException refused)
        {
            Assert.StartsWith("fuzz: ", refused.Message, StringComparison.Ordinal);
            Assert.InRange(refused.Message.Length, 1, 1000);
            Assert.DoesNotContain(refused.Message, char.IsControl);
            return null;
        }
    }

    private static void AssertTiles(SafetensorsFile file, long length)
    {
        var end = length - file.ByteCount;
        foreach (var entry in file.Entries.Values)
        {
            Assert.Equal(end, entry.Offset);
            Assert.Equal(entry.Shape.Aggregate((long)entry.Dtype.ByteSize(), (product, dimension) => product * dimension),
                entry.ByteLength);
            end += entry.ByteLength;
        }
        Assert.Equal(length, end);
    }
}
