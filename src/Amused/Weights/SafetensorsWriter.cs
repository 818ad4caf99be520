using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Amused.Weights;

/// <summary>
/// Writes safetensors files as the format's reference implementation does, byte for byte: the widest types first, then by name, the
/// header padded with spaces so that every tensor is aligned and can be mapped without a copy.
/// </summary>
public static class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    // Names are written as they are; only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The metadata by which Python loaders know that a file holds PyTorch tensors.</summary>
    public static IReadOnlyDictionary<string, string> PyTorchMetadata { get; } = new Dictionary<string, string> { ["format"] = "pt" };

    /// <summary>Writes one file, whole or not at all; one that is there is replaced.</summary>
    /// <param name="path">Where; missing folders are made.</param>
    /// <param name="tensors">What; in any order, no name twice.</param>
    /// <param name="metadata">The header's free words, in the order given; null: <see cref="PyTorchMetadata"/>.</param>
    /// <param name="cancellation">Stops between two tensors; nothing is left then.</param>
    /// <exception cref="BrokenInputException">The file cannot be written: rights are missing, the disk is full.</exception>
    /// <exception cref="ArgumentException">A name stands twice, or is <c>__metadata__</c>.</exception>
    public static void Write(
        string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellation = default)
    {
        using var file = Prepare(path, tensors, metadata, cancellation);
        file.Complete();
    }

    /// <summary>The same, not yet in its place.</summary>
    internal static NewFile Prepare(
        string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellation)
    {
        // Enum order is the reference's order of types; ordinal order of names is its order of UTF-8 bytes, for all but rare scripts.
        SafetensorsTensor[] ordered =
            [.. tensors.OrderByDescending(tensor => tensor.Dtype).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        var header = Header(ordered, metadata ?? PyTorchMetadata);
        return NewFile.Prepare(path, stream =>
            Write(stream, header, ordered, cancellation), header.Length + ordered.Sum(tensor => tensor.ByteLength));
    }

    private static void Write(Stream stream, byte[] header, SafetensorsTensor[] tensors, CancellationToken cancellation)
    {
        stream.Write(header);
        foreach (var tensor in tensors)
        {
            cancellation.ThrowIfCancellationRequested();
            var start = stream.Position;
            tensor.WriteTo(stream);
            if (stream.Position - start != tensor.ByteLength)
                throw new InvalidOperationException($"{tensor.Name} wrote {stream.Position - start} bytes instead of {tensor.ByteLength}.");
        }
    }

    // The eight bytes of length, the JSON text, and spaces up to the alignment.
    private static byte[] Header(SafetensorsTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        RefuseTwins(tensors);
        using MemoryStream header = new();
        header.Write(new byte[sizeof(long)]);
        using (Utf8JsonWriter json = new(header, HeaderOptions))
            WriteJson(json, tensors, metadata);
        while (header.Length % HeaderAlignment != 0)
            header.WriteByte((byte)' ');

        var bytes = header.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - sizeof(long));
        return bytes;
    }

    private static void WriteJson(Utf8JsonWriter json, SafetensorsTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject();
        if (metadata.Count > 0)
        {
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        long offset = 0;
        foreach (var tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Dtype.FileName());
            WriteNumbers(json, "shape", tensor.Shape);
            WriteNumbers(json, "data_offsets", [offset, offset += tensor.ByteLength]);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void RefuseTwins(SafetensorsTensor[] tensors)
    {
        HashSet<string> names = ["__metadata__"];
        if (tensors.FirstOrDefault(tensor => !names.Add(tensor.Name)) is { } twin)
            throw new ArgumentException($"The name {twin.Name} stands twice, or is the format's own.", nameof(tensors));
    }
}
