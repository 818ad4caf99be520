using System.Runtime.InteropServices;
using Amused.Runtime;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// The tensors of one safetensors file for the engine: what is wanted as it stands in the file is given as a view of a memory map
/// and costs no memory until it is used; what is wanted in another precision or elsewhere is converted piece by piece.
/// </summary>
/// <remarks>
/// <para>
/// <b>Lifetime.</b> Disposing this object gives up its own hold on the map. The map itself lives as long as the last tensor that
/// views it, so tensors may outlive this object; the file must not be cut or overwritten in place meanwhile (replacing it by
/// a rename is harmless). Writing into a view changes a private copy of its pages, never the file.
/// </para>
/// <para>
/// <b>Memory.</b> A conversion takes the converted tensor and one piece of 4 MiB. Not safe for use by several threads at once.
/// </para>
/// </remarks>
public sealed class MappedTensors : IDisposable
{
    // Pieces are read into one buffer, not through the map: that costs as much time, but pages of a map that have been read stay
    // resident (half as much again, or twice, as the converted weights), and a file that is cut meanwhile would end the process.
    private const long PieceBytes = 4 << 20;

    // The engine maps a file as an array of one type from its first byte on, hence one map per type that occurs.
    private readonly Dictionary<ScalarType, Tensor> maps = [];

    // Kept from tensor to tensor: allocated anew each time, they would leave holes between the tensors.
    private readonly Dictionary<ScalarType, Tensor> buffers = [];
    private SafeFileHandle? handle;

    /// <summary>Prepares the tensors of an opened file.</summary>
    public MappedTensors(SafetensorsFile file)
    {
        TorchRuntime.EnsureLoaded();
        File = file;
    }

    /// <summary>The file: names, types and shapes.</summary>
    public SafetensorsFile File { get; }

    /// <summary>Gives one tensor.</summary>
    /// <param name="name">Its key in the file.</param>
    /// <param name="precision">
    /// What floating-point tensors are converted to; null: as they are stored. Integers and truth values always stay as they are.
    /// </param>
    /// <param name="device">Where it is wanted; null: the CPU.</param>
    /// <param name="isOwnCopy">
    /// Whether what could be a view of the map is to be a copy: what will be written to, all of it, again and again.
    /// </param>
    /// <returns>A tensor that the caller owns, outside any dispose scope.</returns>
    /// <exception cref="BrokenInputException">
    /// The file has no such tensor, or has it in a type that the engine does not know (8-bit floats, unsigned integers over 8 bits), or it
    /// has been cut or removed since it was opened.
    /// </exception>
    public Tensor Read(string name, ScalarType? precision = null, Device? device = null, bool isOwnCopy = false)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var entry = File[name];
        var stored = StoredType(entry);
        var wanted = entry.Dtype.IsFloatingPoint() && precision is { } asked ? asked : stored;
        var onCpu = device is null || device.type == TorchSharp.DeviceType.CPU;
        var isAligned = entry.Offset % entry.Dtype.ByteSize() == 0;
        var flat = !isOwnCopy && wanted == stored && onCpu && isAligned && entry.ByteLength > 0
            ? View(entry, stored)
            : Copy(entry, stored, wanted, device);
        return flat.view([.. entry.Shape]).DetachFromDisposeScope();
    }

    /// <summary>Gives up the hold on the map; tensors that were read stay good.</summary>
    public void Dispose()
    {
        foreach (var tensor in maps.Values.Concat(buffers.Values))
            tensor.Dispose();
        maps.Clear();
        buffers.Clear();
        handle?.Dispose();
        handle = null;
    }

    private ScalarType StoredType(SafetensorsEntry entry) => entry.Dtype.ToScalarType()
        ?? throw FileFault.Of(File.Path,
            $"tensor {FileFault.Quote(entry.Name)} is stored as {entry.Dtype.FileName()}, which cannot be computed with; float32, "
            + "float16 or bfloat16 is needed");

    private Tensor View(SafetensorsEntry entry, ScalarType stored) =>
        Map(stored).narrow(0, entry.Offset / entry.Dtype.ByteSize(), entry.ElementCount);

    private Tensor Map(ScalarType type)
    {
        if (maps.TryGetValue(type, out var map))
            return map;
        try
        {
            if (RealFile.At(File.Path).Length != File.Length)
                throw FileFault.Of(File.Path, "has another size than when it was opened");
            return maps[type] = from_file(File.Path, shared: false, File.Length / type.ByteSize(), type).DetachFromDisposeScope();
        }
        catch (Exception cause) when (cause is ExternalException or IOException)
        {
            throw FileFault.Of(File.Path, "cannot be mapped into memory; it has been moved, or the address space is limited", cause);
        }
    }

    private Tensor Buffer(ScalarType type)
    {
        if (!buffers.TryGetValue(type, out var buffer))
            buffers[type] = buffer = empty(PieceBytes / type.ByteSize(), type).DetachFromDisposeScope();
        return buffer;
    }

    private Tensor Copy(SafetensorsEntry entry, ScalarType stored, ScalarType wanted, Device? device)
    {
        handle ??= File.OpenHandle();
        var size = entry.Dtype.ByteSize();
        var copy = empty(entry.ElementCount, wanted, device);
        if (copy.device_type == TorchSharp.DeviceType.CPU)
            NativeHeap.Populate(copy.bytes);
        var buffer = Buffer(stored);
        for (long start = 0; start < entry.ElementCount; start += buffer.numel())
        {
            using var pieceScope = NewDisposeScope();
            var piece = buffer.narrow(0, 0, Math.Min(buffer.numel(), entry.ElementCount - start));
            File.ReadInto(handle, entry, start * size, piece.bytes);
            copy.narrow(0, start, piece.numel()).copy_(piece);
        }
        return copy;
    }
}
