using System.Runtime.InteropServices;
using Amused.Weights;
using Xunit;

namespace Amused.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_gives_names_types_shapes_and_places()
    {
        var path = folder.Write("x.safetensors", CraftedFile.Bytes(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"I64","shape":[],"data_offsets":[6,14]},"a":{"dtype":"F16","shape":[3,1],"data_offsets":[0,6]}}   """, 14));

        var file = SafetensorsFile.Open(path);

        Assert.Equal(["a", "b"], file.Entries.Keys);
        Assert.Equal((SafetensorsDtype.F16, 6L, 3L), (file["a"].Dtype, file["a"].ByteLength, file["a"].ElementCount));
        Assert.Equal([3L, 1L], file["a"].Shape);
        Assert.Empty(file["b"].Shape);
        Assert.Equal(new FileInfo(path).Length - 8, file["b"].Offset);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(14, file.ByteCount);
    }

    [Fact]
    public void A_file_without_tensors_or_with_empty_ones_is_good()
    {
        Assert.Empty(SafetensorsFile.Open(folder.Write("none", CraftedFile.Bytes("{}", 0))).Entries);
        var file = SafetensorsFile.Open(folder.Write("empty",
            CraftedFile.Bytes("""{"a":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]}}""", 0)));
        Assert.Empty(file.ReadFloats("a"));
    }

    [Fact]
    public void Every_floating_point_type_reads_as_floats()
    {
        float[] numbers = [1.5f, -0.25f];
        AssertFloats("F32", MemoryMarshal.AsBytes<float>(numbers));
        AssertFloats("F64", MemoryMarshal.AsBytes<double>([1.5, -0.25]));
        AssertFloats("F16", MemoryMarshal.AsBytes([(Half)1.5, (Half)(-0.25)]));
        AssertFloats("BF16", MemoryMarshal.AsBytes<ushort>([0x3FC0, 0xBE80]));

        void AssertFloats(string dtype, ReadOnlySpan<byte> bytes)
        {
            var json = CraftedFile.Header("a", dtype, "2", bytes.Length);
            var file = SafetensorsFile.Open(folder.Write(dtype, CraftedFile.Bytes(json, bytes.ToArray())));
            Assert.Equal(numbers, file.ReadFloats("a"));
            Assert.Equal(bytes.ToArray(), file.ReadBytes("a"));
        }
    }

    [Theory]
    [InlineData("I64", 8, new byte[] { 254, 255, 255, 255, 255, 255, 255, 255 }, -2)]
    [InlineData("I32", 4, new byte[] { 254, 255, 255, 255 }, -2)]
    [InlineData("U32", 4, new byte[] { 254, 255, 255, 255 }, 4294967294)]
    [InlineData("I16", 2, new byte[] { 254, 255 }, -2)]
    [InlineData("U16", 2, new byte[] { 254, 255 }, 65534)]
    [InlineData("I8", 1, new byte[] { 254 }, -2)]
    [InlineData("U8", 1, new byte[] { 254 }, 254)]
    [InlineData("BOOL", 1, new byte[] { 1 }, 1)]
    public void Every_integer_type_reads_as_integers(string dtype, int size, byte[] bytes, long expected)
    {
        var json = CraftedFile.Header("a", dtype, "1", size);
        var file = SafetensorsFile.Open(folder.Write("x", CraftedFile.Bytes(json, bytes)));
        Assert.Equal([expected], file.ReadIntegers("a"));
        Assert.Throws<BrokenInputException>(() => file.ReadFloats("a"));
    }

    [Fact]
    public void A_missing_file_a_folder_and_a_missing_tensor_are_named()
    {
        AssertRefused(folder["nowhere.safetensors"], "nowhere.safetensors", "no such file");
        AssertRefused(folder.Path, folder.Path, "folder");
        var file = SafetensorsFile.Open(folder.Write("x", CraftedFile.Bytes(CraftedFile.OneTensor, 16)));
        Assert.Contains("\"b\"", Assert.Throws<BrokenInputException>(() => file.ReadFloats("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_shrinks_after_opening_is_refused()
    {
        var path = folder.Write("x", CraftedFile.Bytes(CraftedFile.OneTensor, 16));
        var file = SafetensorsFile.Open(path);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        Assert.Contains("cut", Assert.Throws<BrokenInputException>(() => file.ReadFloats("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_git_lfs_pointer_is_recognised()
    {
        var path = folder.Write("x", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n");
        AssertRefused(path, "Git LFS", "git lfs pull");
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(7, "7 bytes")]
    [InlineData(8, "cut short")]
    [InlineData(40, "cut short")]
    [InlineData(80, "\"a\" ends at byte 81")]
    public void A_cut_file_is_refused_and_named(int length, string what) =>
        AssertRefused(folder.Write("cut", CraftedFile.Bytes(CraftedFile.OneTensor, 16)[..length]), "cut", what);

    [Theory]
    [InlineData(100_000_001UL, "limit")]
    [InlineData(ulong.MaxValue, "limit")]
    [InlineData(1UL << 63, "limit")]
    [InlineData(75UL, "cut short")]
    public void A_header_length_that_cannot_be_is_refused(ulong claimed, string what) =>
        AssertRefused(folder.Write("x", CraftedFile.Bytes(CraftedFile.OneTensor, 16, claimed)), what);

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("7", "not a JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{} {}", "not valid JSON")]
    [InlineData("""{"a":{},}""", "lacks")]
    [InlineData("""{"a":7}""", "not described by an object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4]}}""", "lacks")]
    [InlineData("""{"a":{"dtype":7,"shape":[4],"data_offsets":[0,16]}}""", "no string")]
    [InlineData("""{"a":{"dtype":"F33","shape":[4],"data_offsets":[0,16]}}""", "unknown dtype \"F33\"")]
    [InlineData("""{"a":{"dtype":"F32","shape":4,"data_offsets":[0,16]}}""", "no list")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4.5],"data_offsets":[0,16]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,16]}}""", "no memory can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}}""", "has 16 bytes, but F32 [5] takes 20")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}""", "before it begins")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8,16]}}""", "more than 2")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", "beyond any file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"shape":[4],"data_offsets":[0,16]}}""", "given twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""",
        "listed twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "4 bytes after the last")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}""", "4 bytes that belong to no tensor before \"a\"")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}""",
        "\"b\" overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}""", "cut short")]
    [InlineData("""{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "no string")]
    [InlineData("""{"__metadata__":"pt","a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "not one object of strings")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[[[4]]]],"data_offsets":[0,16]}}""", "whole numbers")]
    public void A_header_that_lies_is_refused_with_what_is_wrong(string json, string what) =>
        AssertRefused(folder.Write("lies.safetensors", CraftedFile.Bytes(json, 16)), "lies.safetensors", what);

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused()
    {
        var bytes = CraftedFile.Bytes(CraftedFile.OneTensor, 16);
        bytes[10] = 0xff;
        AssertRefused(folder.Write("x", bytes), "UTF-8");
    }

    [Fact]
    public void A_name_with_line_breaks_stays_on_one_line_and_a_long_one_is_cut()
    {
        AssertRefused(folder.Write("x", CraftedFile.Bytes("""{"a\nb\u2028":7}""", 0)), "\"a\\u000ab\\u2028\"");
        var message = AssertRefused(folder.Write("y", CraftedFile.Bytes($$"""{"{{new string('n', 5000)}}":7}""", 0)), "nnn…");
        Assert.InRange(message.Length, 1, 400);
    }

    private static string AssertRefused(string path, params string[] words)
    {
        var message = Assert.Throws<BrokenInputException>(() => SafetensorsFile.Open(path)).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
