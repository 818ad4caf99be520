using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>
/// The tensors of one safetensors file, read through a memory map: what is wanted as it stands in the file is given as a view
/// of the map and costs no memory until it is used; what is wanted in another precision is converted piece by piece.
/// </summary>
/// <remarks>
/// <para>
/// <b>Lifetime.</b> Disposing this object gives up its own hold on the map. The map itself lives as long as the last tensor that
/// views it, so tensors may outlive this object; the file must not be cut or overwritten in place meanwhile (replacing it by
/// a rename is harmless). Writing into a view changes a private copy of its pages, never the file.
/// </para>
/// <para>
/// <b>Memory.</b> While a tensor is converted, the pages that have been read are handed back to the system (on Linux), so the
/// peak is that of the converted weights and one piece of 16 MiB. Not safe for use by several threads at once.
/// </para>
/// </remarks>
public sealed partial class MappedTensors : IDisposable
{
    private const long PieceBytes = 16 << 20;

    // The engine maps a file as an array of one type from its first byte on, hence one map per type that occurs.
    private readonly Dictionary<ScalarType, Tensor> maps = [];
    private readonly HashSet<string> viewed = [];

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
    /// <param name="precision">What floating-point tensors are converted to; null: as they are stored. Integers and truth values always stay as they are.</param>
    /// <param name="device">Where it is wanted; null: the CPU.</param>
    /// <returns>A tensor that the caller owns, outside any dispose scope.</returns>
    /// <exception cref="BrokenInputException">The file has no such tensor, or in a type that the engine does not know (8-bit floats, unsigned integers over 8 bits), or it cannot be mapped.</exception>
    public Tensor Read(string name, ScalarType? precision = null, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var entry = File[name];
        var stored = StoredType(entry);
        var wanted = entry.Dtype.IsFloatingPoint() && precision is { } asked ? asked : stored;
        var onCpu = device is null || device.type == TorchSharp.DeviceType.CPU;
        if (entry.ByteLength == 0)
            return empty([.. entry.Shape], wanted, device).DetachFromDisposeScope();
        if (wanted != stored || !onCpu || !IsAligned(entry))
            return Copy(entry, stored, wanted, device).DetachFromDisposeScope();

        viewed.Add(name);
        return View(entry, stored).view([.. entry.Shape]).DetachFromDisposeScope();
    }

    /// <summary>Gives up the hold on the map; tensors that were read stay good.</summary>
    public void Dispose()
    {
        foreach (var map in maps.Values)
            map.Dispose();
        maps.Clear();
    }

    private ScalarType StoredType(SafetensorsEntry entry) => entry.Dtype.ToScalarType()
        ?? throw FileFault.Of(File.Path, $"tensor {FileFault.Quote(entry.Name)} is stored as {entry.Dtype.FileName()}, which cannot be computed with; float32, float16 or bfloat16 is needed");

    private static bool IsAligned(SafetensorsEntry entry) => entry.Offset % entry.Dtype.ByteSize() == 0;

    private Tensor View(SafetensorsEntry entry, ScalarType stored) =>
        Map(stored).narrow(0, entry.Offset / entry.Dtype.ByteSize(), entry.ElementCount);

    private Tensor Map(ScalarType type)
    {
        if (maps.TryGetValue(type, out var map))
            return map;
        try
        {
            var elements = new FileInfo(File.Path).Length / type.ByteSize();
            return maps[type] = from_file(File.Path, shared: false, elements, type).DetachFromDisposeScope();
        }
        catch (Exception cause) when (cause is ExternalException or IOException)
        {
            throw FileFault.Of(File.Path, "cannot be mapped into memory; it has been moved or cut, or the address space is limited", cause);
        }
    }

    private Tensor Copy(SafetensorsEntry entry, ScalarType stored, ScalarType wanted, Device? device)
    {
        var copy = empty(entry.ElementCount, wanted, device);
        var pieceElements = PieceBytes / entry.Dtype.ByteSize();
        var released = entry.Offset;
        for (long start = 0; start < entry.ElementCount; start += pieceElements)
        {
            using var pieceScope = NewDisposeScope();
            var length = Math.Min(pieceElements, entry.ElementCount - start);
            copy.narrow(0, start, length).copy_(Piece(entry, stored, start, length));
            if (!viewed.Contains(entry.Name))
                released = Release(entry, released, entry.Offset + (start + length) * entry.Dtype.ByteSize());
        }
        return copy.view([.. entry.Shape]);
    }

    private Tensor Piece(SafetensorsEntry entry, ScalarType stored, long start, long length)
    {
        if (IsAligned(entry))
            return View(entry, stored).narrow(0, start, length);
        var size = entry.Dtype.ByteSize();
        var aligned = empty(length, stored);
        Map(ScalarType.Byte).narrow(0, entry.Offset + start * size, length * size).bytes.CopyTo(aligned.bytes);
        return aligned;
    }

    // Hands the whole pages between two places of the file back to the system. Pages at the edges are shared with the tensor's
    // neighbours, which may be views that somebody has written to: those stay.
    private long Release(SafetensorsEntry entry, long from, long to)
    {
        if (!OperatingSystem.IsLinux())
            return from;
        var page = Environment.SystemPageSize;
        var (first, end) = ((from + page - 1) / page * page, to / page * page);
        if (end <= first)
            return from;
        _ = Advise(Address(entry) + (nint)first, (nuint)(end - first), DontNeed);
        return end;
    }

    private unsafe nint Address(SafetensorsEntry entry)
    {
        var map = Map(IsAligned(entry) ? StoredType(entry) : ScalarType.Byte);
        using var head = map.narrow(0, 0, 1);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(head.bytes));
    }

    private const int DontNeed = 4; // MADV_DONTNEED

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
