using System.Runtime.InteropServices;
using Amused.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Weights;

public sealed class MappedTensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32, 0)]
    [InlineData(ScalarType.Float32, 1)]
    [InlineData(ScalarType.BFloat16, 0)]
    [InlineData(ScalarType.BFloat16, 2)]
    [InlineData(ScalarType.Float16, 0)]
    [InlineData(ScalarType.Float64, 3)]
    public void A_tensor_is_the_same_in_every_precision_and_wherever_its_bytes_begin(ScalarType precision, int misalignment)
    {
        float[] numbers = [.. Enumerable.Range(0, 5_000_000).Select(i => (i % 251) - 125f)]; // more than one piece of conversion
        var json = CraftedFile.Header("a", "F32", "5000,1000", 4L * numbers.Length);
        json = CraftedFile.Aligned(json) + new string(' ', misalignment);
        var path = folder.Write("x", CraftedFile.Bytes(json, MemoryMarshal.AsBytes<float>(numbers).ToArray()));
        using MappedTensors tensors = new(SafetensorsFile.Open(path));

        using var tensor = tensors.Read("a", precision);

        Assert.Equal(precision, tensor.dtype);
        Assert.Equal([5000L, 1000L], tensor.shape);
        using var floats = tensor.to(ScalarType.Float32);
        Assert.True(floats.data<float>().ToArray().AsSpan().SequenceEqual(numbers));
    }

    [Fact]
    public void Writing_into_a_view_changes_neither_the_file_nor_a_neighbour_nor_another_reading()
    {
        var bytes = CraftedFile.Bytes(CraftedFile.Aligned(
            """{"a":{"dtype":"F32","shape":[40000],"data_offsets":[0,160000]},"b":{"dtype":"F32","shape":[40000],"data_offsets":[160000,320000]}}"""), 320_000);
        var path = folder.Write("x", bytes);
        using MappedTensors tensors = new(SafetensorsFile.Open(path));
        using var a = tensors.Read("a").fill_(7);

        using Tensor converted = tensors.Read("a", ScalarType.BFloat16), b = tensors.Read("b");

        Assert.Equal((7 * 40000, 0, 0), (a.sum().ToSingle(), converted.sum().ToSingle(), b.sum().ToSingle()));
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_scalar_and_an_empty_tensor_keep_their_shapes()
    {
        var path = folder.Write("x", CraftedFile.Bytes(
            """{"e":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4));
        using MappedTensors tensors = new(SafetensorsFile.Open(path));
        using Tensor empty = tensors.Read("e", ScalarType.BFloat16), scalar = tensors.Read("s");
        Assert.Equal([0L, 3L], empty.shape);
        Assert.Equal(ScalarType.BFloat16, empty.dtype);
        Assert.Empty(scalar.shape);
    }

    [Fact]
    public void A_type_that_the_engine_lacks_is_refused_by_name()
    {
        var path = folder.Write("x", CraftedFile.Bytes(CraftedFile.Header("a", "F8_E4M3", "4", 4), 4));
        using MappedTensors tensors = new(SafetensorsFile.Open(path));
        var message = Assert.Throws<BrokenInputException>(() => tensors.Read("a")).Message;
        Assert.Contains("\"a\" is stored as F8_E4M3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_vanishes_before_it_is_read_is_named()
    {
        var path = folder.Write("gone", CraftedFile.Bytes(CraftedFile.OneTensor, 16));
        using MappedTensors tensors = new(SafetensorsFile.Open(path));
        File.Delete(path);
        Assert.Contains("gone", Assert.Throws<BrokenInputException>(() => tensors.Read("a")).Message, StringComparison.Ordinal);
        Assert.Contains("gone", Assert.Throws<BrokenInputException>(() => tensors.Read("a", ScalarType.BFloat16)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_file_that_is_cut_before_it_is_read_is_named(ScalarType precision)
    {
        var path = folder.Write("cut", CraftedFile.Bytes(CraftedFile.OneTensor, 16));
        using MappedTensors tensors = new(SafetensorsFile.Open(path));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        Assert.Contains("cut", Assert.Throws<BrokenInputException>(() => tensors.Read("a", precision)).Message, StringComparison.Ordinal);
    }
}
