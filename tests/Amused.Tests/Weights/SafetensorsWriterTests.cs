using System.Runtime.InteropServices;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Weights;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_bytes_are_those_of_the_reference_writer_widest_types_first_then_by_name()
    {
        SafetensorsTensor[] tensors =
        [
            SafetensorsTensor.Of("mask", SafetensorsDtype.Bool, [1], new byte[] { 1 }),
            SafetensorsTensor.Of("b", SafetensorsDtype.F32, [1, 1], new[] { 2f }),
            SafetensorsTensor.Of("a\"é", SafetensorsDtype.F32, [], new[] { 1f }),
            SafetensorsTensor.Of("half", SafetensorsDtype.F16, [2], new[] { (Half)1, (Half)2 }),
            SafetensorsTensor.Of("ids", SafetensorsDtype.I64, [1], new[] { 9L }),
        ];

        SafetensorsWriter.Write(folder["x"], tensors);

        var json = """{"__metadata__":{"format":"pt"},"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"a\"é":{"dtype":"F32","shape":[],"data_offsets":[8,12]},"b":{"dtype":"F32","shape":[1,1],"data_offsets":[12,16]},"half":{"dtype":"F16","shape":[2],"data_offsets":[16,20]},"mask":{"dtype":"BOOL","shape":[1],"data_offsets":[20,21]}}""";
        byte[] data =
            [.. MemoryMarshal.AsBytes<long>([9]), .. MemoryMarshal.AsBytes<float>([1, 2]), .. MemoryMarshal.AsBytes([(Half)1, (Half)2]), 1];
        Assert.Equal(CraftedFile.Bytes(CraftedFile.Aligned(json), data), File.ReadAllBytes(folder["x"]));
    }

    [Fact]
    public void What_is_written_reads_back_with_its_metadata()
    {
        Dictionary<string, string> metadata = new() { ["format"] = "pt", ["note"] = "line\nbreak" };
        SafetensorsWriter.Write(folder["deep/er/x"], [SafetensorsTensor.Of("a", SafetensorsDtype.F64, [2], new[] { 1.5, -2 })], metadata);
        var file = SafetensorsFile.Open(folder["deep/er/x"]);
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal([1.5f, -2f], file.ReadFloats("a"));
        Assert.Equal(0, file["a"].Offset % 8);
    }

    [Theory]
    [InlineData(ScalarType.Float32, SafetensorsDtype.F32)]
    [InlineData(ScalarType.BFloat16, SafetensorsDtype.BF16)]
    [InlineData(ScalarType.Float16, SafetensorsDtype.F16)]
    public void Tensors_are_written_in_row_major_order_and_the_asked_precision(ScalarType precision, SafetensorsDtype expected)
    {
        using var tensor = arange(6, ScalarType.Float32).view(2, 3);
        using var transposed = tensor.t();
        using var ids = arange(3, ScalarType.Int64);
        SafetensorsWriter.Write(folder["x"],
            [SafetensorsTensor.Of("t", transposed, precision), SafetensorsTensor.Of("ids", ids, precision)]);

        var file = SafetensorsFile.Open(folder["x"]);
        Assert.Equal((expected, SafetensorsDtype.I64), (file["t"].Dtype, file["ids"].Dtype));
        Assert.Equal([3L, 2L], file["t"].Shape);
        Assert.Equal([0f, 3, 1, 4, 2, 5], file.ReadFloats("t"));
        Assert.Equal([0L, 1, 2], file.ReadIntegers("ids"));
    }

    [Fact]
    public void A_tensor_larger_than_a_piece_is_written_whole_also_when_it_wants_a_gradient()
    {
        using var tensor = arange(9_000_000, ScalarType.Float32).requires_grad_();
        SafetensorsWriter.Write(folder["x"], [SafetensorsTensor.Of("t", tensor)]);
        Assert.True(SafetensorsFile.Open(folder["x"]).ReadFloats("t").AsSpan().SequenceEqual(tensor.data<float>().ToArray()));
    }

    [Theory]
    [InlineData("No space left on device")]
    [InlineData("two\nlines")]
    public void A_write_that_fails_leaves_the_old_file_and_no_other(string reason)
    {
        var path = folder.Write("x", "old");
        SafetensorsTensor failing = new("b", SafetensorsDtype.U8, [3], stream => { stream.WriteByte(1); throw new IOException(reason); });
        var message = Assert.Throws<BrokenInputException>(() => SafetensorsWriter.Write(path, [failing])).Message;
        Assert.StartsWith($"{path}: cannot be written: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void A_cancelled_write_leaves_nothing()
    {
        using CancellationTokenSource cancellation = new();
        SafetensorsTensor first = new("a", SafetensorsDtype.U8, [1], stream => { stream.WriteByte(1); cancellation.Cancel(); });
        SafetensorsTensor second = new("b", SafetensorsDtype.U8, [1], stream => stream.WriteByte(2));
        Assert.Throws<OperationCanceledException>(() =>
            SafetensorsWriter.Write(folder["x"], [first, second], cancellation: cancellation.Token));
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void A_tensor_that_writes_too_little_is_a_fault_and_leaves_nothing()
    {
        Assert.Throws<InvalidOperationException>(() =>
            SafetensorsWriter.Write(folder["x"], [new("a", SafetensorsDtype.U8, [2], stream => stream.WriteByte(1))]));
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void A_name_that_stands_twice_is_refused()
    {
        var tensor = SafetensorsTensor.Of("a", SafetensorsDtype.U8, [1], new byte[1]);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder["x"], [tensor, tensor]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder["x"], [tensor with { Name = "__metadata__" }]));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        folder.Write("file", "");
        Directory.CreateDirectory(folder["folder"]);
        foreach (var path in new[] { folder["file/x"], folder["folder"] })
            Assert.StartsWith($"{path}: cannot be written",
                Assert.Throws<BrokenInputException>(() => SafetensorsWriter.Write(path, [])).Message, StringComparison.Ordinal);
    }
}
