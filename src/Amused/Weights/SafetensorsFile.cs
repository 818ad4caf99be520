using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Amused.Weights;

/// <summary>
/// A safetensors file whose header has been read and checked: names, types, shapes and places of its tensors. Needs no tensor
/// library; <see cref="MappedTensors"/> gives the same tensors to the engine without reading them twice.
/// </summary>
/// <remarks>Format: https://github.com/huggingface/safetensors. The file stays closed between calls.</remarks>
public sealed class SafetensorsFile
{
    private readonly SafetensorsHeader.Content content;

    private SafetensorsFile(string path, long length, SafetensorsHeader.Content content)
    {
        Length = length;
        Path = path;
        this.content = content;
    }

    /// <summary>The file's path, as it was given.</summary>
    public string Path { get; }

    /// <summary>The tensors by name, in the order of their bytes.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => content.Entries;

    /// <summary>
    /// The header's free words (<c>format</c> is <c>pt</c> in files written by PyTorch users); empty when there are none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata => content.Metadata;

    /// <summary>The file's length in bytes, header included, when it was opened.</summary>
    internal long Length { get; }

    /// <summary>How many bytes the tensors take together.</summary>
    public long ByteCount => content.Entries.Values.Sum(entry => entry.ByteLength);

    /// <summary>Reads the header of a file and checks all of it; the tensors' bytes are left alone.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BrokenInputException">
    /// There is no such file, it cannot be read, or it is not as the format wants: the message names the file and the tensor.
    /// </exception>
    public static SafetensorsFile Open(string path) => FileFault.Reading(path, () =>
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Open(stream, path);
    });

    /// <summary>The same from a stream that can seek; <paramref name="path"/> names it in errors.</summary>
    internal static SafetensorsFile Open(Stream stream, string path) => new(path, stream.Length, SafetensorsHeader.Read(stream, path));

    /// <summary>The entry of that name.</summary>
    /// <exception cref="BrokenInputException">The file has no such tensor.</exception>
    public SafetensorsEntry this[string name] => content.Entries.TryGetValue(name, out var entry)
        ? entry
        : throw FileFault.Of(Path, $"has no tensor {FileFault.Quote(name)}");

    /// <summary>Reads one tensor's bytes as they stand in the file (little endian, row-major).</summary>
    /// <exception cref="BrokenInputException">
    /// The file has no such tensor, has changed since it was opened, or the tensor exceeds an array's limit of 2 GiB.
    /// </exception>
    public byte[] ReadBytes(string name) => ReadArray<byte>(this[name]);

    /// <summary>Reads one tensor as float32, whatever its floating-point type in the file (F64, F32, F16 or BF16).</summary>
    /// <inheritdoc cref="ReadBytes" path="/exception"/>
    public float[] ReadFloats(string name)
    {
        var entry = this[name];
        return entry.Dtype switch
        {
            SafetensorsDtype.F32 => ReadArray<float>(entry),
            SafetensorsDtype.F64 => Array.ConvertAll(ReadArray<double>(entry), number => (float)number),
            SafetensorsDtype.F16 => Array.ConvertAll(ReadArray<Half>(entry), number => (float)number),
            SafetensorsDtype.BF16 => Array.ConvertAll(ReadArray<ushort>(entry), bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
            _ => throw NotOfKind(entry, "floating-point numbers"),
        };
    }

    /// <summary>Reads one tensor as 64-bit integers, whatever its integer or truth type in the file (all but U64).</summary>
    /// <inheritdoc cref="ReadBytes" path="/exception"/>
    public long[] ReadIntegers(string name)
    {
        var entry = this[name];
        return entry.Dtype switch
        {
            SafetensorsDtype.I64 => ReadArray<long>(entry),
            SafetensorsDtype.I32 => Array.ConvertAll(ReadArray<int>(entry), number => (long)number),
            SafetensorsDtype.U32 => Array.ConvertAll(ReadArray<uint>(entry), number => (long)number),
            SafetensorsDtype.I16 => Array.ConvertAll(ReadArray<short>(entry), number => (long)number),
            SafetensorsDtype.U16 => Array.ConvertAll(ReadArray<ushort>(entry), number => (long)number),
            SafetensorsDtype.I8 => Array.ConvertAll(ReadArray<sbyte>(entry), number => (long)number),
            SafetensorsDtype.U8 or SafetensorsDtype.Bool => Array.ConvertAll(ReadArray<byte>(entry), number => (long)number),
            _ => throw NotOfKind(entry, "integers"),
        };
    }

    private BrokenInputException NotOfKind(SafetensorsEntry entry, string kind) =>
        FileFault.Of(Path, $"tensor {FileFault.Quote(entry.Name)} holds {entry.Dtype.FileName()}, not {kind}");

    private T[] ReadArray<T>(SafetensorsEntry entry) where T : unmanaged
    {
        if (entry.ByteLength > Array.MaxLength)
            throw FileFault.Of(Path, $"tensor {FileFault.Quote(entry.Name)} takes {entry.ByteLength} bytes, too many for an array");
        using var handle = OpenHandle();
        var numbers = new T[entry.ByteLength / Unsafe.SizeOf<T>()];
        ReadInto(handle, entry, 0, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    /// <summary>Opens the file for <see cref="ReadInto"/>.</summary>
    internal SafeFileHandle OpenHandle() => FileFault.Reading(Path, () => File.OpenHandle(Path));

    /// <summary>Reads some of a tensor's bytes, from <paramref name="start"/> within it on.</summary>
    internal void ReadInto(SafeFileHandle handle, SafetensorsEntry entry, long start, Span<byte> bytes)
    {
        try
        {
            for (int done = 0, read; done < bytes.Length; done += read)
            {
                read = RandomAccess.Read(handle, bytes[done..], entry.Offset + start + done);
                if (read == 0)
                    throw FileFault.Of(Path, $"ends inside tensor {FileFault.Quote(entry.Name)}; it has been cut since it was opened");
            }
        }
        catch (IOException cause)
        {
            throw FileFault.Of(Path, $"cannot be read: {FileFault.Printable(cause.Message)}", cause);
        }
    }
}
