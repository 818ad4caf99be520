using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Amused.Weights;

/// <summary>
/// The head of a safetensors file: eight bytes of length (little endian), then a JSON object that gives each tensor's type,
/// shape and place among the bytes that follow. The reader trusts nothing: what it returns lies inside the file, without
/// overlap or hole, and it never allocates more than a small multiple of the header's own bytes.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The format's own limit for the JSON text, 100 MB.</summary>
    public const long LongestJson = 100_000_000;

    // More dimensions than any tensor library computes with; keeps a hostile shape from growing in memory.
    private const int MostDimensions = 64;

    private static ReadOnlySpan<byte> GitLfsMark => "version https://git-lfs"u8;

    /// <summary>What a header says, tensors in the order of their bytes.</summary>
    public sealed record Content(OrderedDictionary<string, SafetensorsEntry> Entries, Dictionary<string, string> Metadata);

    /// <summary>
    /// Reads and checks the header of <paramref name="file"/>, a stream that can seek; <paramref name="path"/> names it in errors.
    /// </summary>
    /// <exception cref="BrokenInputException">Anything about it is not as the format wants.</exception>
    public static Content Read(Stream file, string path)
    {
        var json = ReadJson(file, path);
        if (!Utf8.IsValid(json))
            throw FileFault.Of(path, "the header is not UTF-8 text; the file is damaged or no safetensors file");

        var dataStart = sizeof(long) + json.Length;
        Parser parser = new(path, dataStart);
        try
        {
            parser.Parse(json);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException is how the JSON reader reports half a surrogate pair.
            throw FileFault.Of(path, "the header is not valid JSON; the file is damaged or no safetensors file", cause);
        }
        return new(InFileOrder(parser.Entries, dataStart, file.Length, path), parser.Metadata);
    }

    private static byte[] ReadJson(Stream file, string path)
    {
        Span<byte> start = stackalloc byte[GitLfsMark.Length];
        var available = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (available.StartsWith(GitLfsMark))
            throw FileFault.Of(path, "is a Git LFS pointer, not the weights themselves; fetch them with \"git lfs pull\"");
        if (available.Length < sizeof(long))
            throw FileFault.Of(path, $"is {file.Length} bytes long; a safetensors file has at least 8 bytes and a header");

        var length = BinaryPrimitives.ReadUInt64LittleEndian(available);
        if (length > LongestJson)
            throw FileFault.Of(path,
                $"claims a header of {length} bytes, more than the format's limit of {LongestJson}; the file is damaged or no "
                + "safetensors file");
        if ((long)length > file.Length - sizeof(long))
            throw FileFault.Of(path,
                $"claims a header of {length} bytes, but only {file.Length - sizeof(long)} follow; the file is cut short or no "
                + "safetensors file");

        var json = new byte[length];
        file.Position = sizeof(long);
        file.ReadExactly(json);
        return json;
    }

    // The tensors must tile the rest of the file exactly: sorted by place, each begins where the one before ends.
    private static OrderedDictionary<string, SafetensorsEntry> InFileOrder(
        IReadOnlyCollection<SafetensorsEntry> entries, long dataStart, long fileLength, string path)
    {
        OrderedDictionary<string, SafetensorsEntry> ordered = new(entries.Count);
        var end = dataStart;
        foreach (var entry in entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteLength))
        {
            if (entry.ByteLength > fileLength - entry.Offset)
                throw FileFault.Of(path,
                    $"tensor {FileFault.Quote(entry.Name)} ends at byte {entry.Offset + entry.ByteLength}, but the file has "
                    + $"{fileLength}; it is cut short");
            if (entry.Offset < end)
                throw FileFault.Of(path, $"tensor {FileFault.Quote(entry.Name)} overlaps the one before it");
            if (entry.Offset > end)
                throw FileFault.Of(path,
                    $"there are {entry.Offset - end} bytes that belong to no tensor before {FileFault.Quote(entry.Name)}");
            ordered.Add(entry.Name, entry);
            end = entry.Offset + entry.ByteLength;
        }
        if (end != fileLength)
            throw FileFault.Of(path, $"there are {fileLength - end} bytes after the last tensor that belong to none");
        return ordered;
    }

    private sealed class Parser(string path, long dataStart)
    {
        private readonly Dictionary<string, SafetensorsEntry> entries = [];

        public IReadOnlyCollection<SafetensorsEntry> Entries => entries.Values;

        public Dictionary<string, string> Metadata { get; } = [];

        public void Parse(ReadOnlySpan<byte> json)
        {
            Utf8JsonReader reader = new(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw FileFault.Of(path, "the header is not a JSON object; the file is damaged or no safetensors file");
            while (ReadsProperty(ref reader))
            {
                var name = reader.GetString()!;
                reader.Read();
                if (name == "__metadata__")
                    ParseMetadata(ref reader);
                else if (!entries.TryAdd(name, ParseEntry(ref reader, name)))
                    throw FileFault.Of(path, $"tensor {FileFault.Quote(name)} is listed twice");
            }
            reader.Read(); // Anything but white space after the object is an error of the JSON reader.
        }

        private static bool ReadsProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

        private void ParseMetadata(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject || Metadata.Count > 0)
                throw FileFault.Of(path, "__metadata__ in the header is not one object of strings");
            while (ReadsProperty(ref reader))
            {
                var key = reader.GetString()!;
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || !Metadata.TryAdd(key, reader.GetString()!))
                    throw FileFault.Of(path, $"__metadata__ {FileFault.Quote(key)} in the header is no string, or stands there twice");
            }
        }

        private SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string name)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Fault(name, "is not described by an object of dtype, shape and data_offsets");
            SafetensorsDtype? dtype = null;
            long[]? shape = null, offsets = null;
            while (ReadsProperty(ref reader))
            {
                if (reader.ValueTextEquals("dtype"u8) && dtype is null)
                    dtype = ParseDtype(ref reader, name);
                else if (reader.ValueTextEquals("shape"u8) && shape is null)
                    shape = ParseNumbers(ref reader, name, "shape", MostDimensions);
                else if (reader.ValueTextEquals("data_offsets"u8) && offsets is null)
                    offsets = ParseNumbers(ref reader, name, "data_offsets", 2);
                else
                    throw Fault(name, $"has the field {FileFault.Quote(reader.GetString()!)}, unknown to the format or given twice");
            }
            if (dtype is null || shape is null || offsets is not [var begin, var end])
                throw Fault(name, "lacks one of dtype, shape and data_offsets (two numbers)");
            return Checked(name, dtype.Value, shape, begin, end);
        }

        private SafetensorsEntry Checked(string name, SafetensorsDtype dtype, long[] shape, long begin, long end)
        {
            if (begin > end)
                throw Fault(name, $"ends (byte {end}) before it begins (byte {begin})");
            if (end > long.MaxValue - dataStart)
                throw Fault(name, $"claims to end at byte {end}, beyond any file");
            if (ByteLength(dtype, shape) is not { } needed)
                throw Fault(name, $"has a shape that no memory can hold: {FileFault.Shape(shape)}");
            if (needed != end - begin)
                throw Fault(name, $"has {end - begin} bytes, but {dtype.FileName()} {FileFault.Shape(shape)} takes {needed}");
            return new(name, dtype, shape, dataStart + begin, needed);
        }

        private SafetensorsDtype ParseDtype(ref Utf8JsonReader reader, string name)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Fault(name, "has a dtype that is no string");
            var fileName = reader.GetString()!;
            return SafetensorsDtypes.TryParse(fileName, out var dtype)
                ? dtype
                : throw Fault(name, $"has the unknown dtype {FileFault.Quote(fileName)}");
        }

        private long[] ParseNumbers(ref Utf8JsonReader reader, string name, string field, int most)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw Fault(name, $"has a {field} that is no list");
            List<long> numbers = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                    throw Fault(name, $"has a {field} with something else than whole numbers from 0");
                if (numbers.Count == most)
                    throw Fault(name, $"has more than {most} numbers in its {field}");
                numbers.Add(number);
            }
            return [.. numbers];
        }

        private BrokenInputException Fault(string name, string what) => FileFault.Of(path, $"tensor {FileFault.Quote(name)} {what}");
    }

    /// <summary>The bytes that a tensor takes, or null when that number does not fit 64 bits.</summary>
    internal static long? ByteLength(SafetensorsDtype dtype, IReadOnlyList<long> shape)
    {
        try
        {
            return shape.Aggregate((long)dtype.ByteSize(), (product, dimension) => checked(product * dimension));
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
