using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Amused.Tests.Weights;

/// <summary>
/// Damages safetensors files at random: bytes, the length of the header, and — what random bytes alone hardly ever reach — numbers,
/// types, fields and nesting of an otherwise valid header. The same seed gives the same files.
/// </summary>
internal sealed partial class SafetensorsMutator(int seed)
{
    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "3", "4", "8", "15", "16", "17", "255", "65536", "2147483647", "2147483648", "4294967295", "4294967296",
        "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551615", "1e3", "1E400", "-0", "0.5", "007",
        "NaN",
        "\"4\"", "null", "[]", "{}", "[[4]]", "",
    ];

    private static readonly string[] Strings =
    [
        "F32", "F64", "F16", "BF16", "I64", "U8", "BOOL", "F8_E4M3", "F4", "f32", "", "dtype", "shape", "data_offsets", "__metadata__",
        "a", "b",
        "\\u0000", "\\n", "\\ud800", "\\ud83d\\ude00", "\u2028", "é", "\\q", "\t",
    ];

    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\n", "//", "/**/", "null", "true", "{}", "[]", "\"a\":{}", "\"x\":1,",
        "\"__metadata__\":{\"k\":\"v\"},",
        "\"z\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},", "\"dtype\":\"F32\",", "\"shape\":[1],", "\ufeff", "\0",
    ];

    private readonly Random random = new(seed);

    /// <summary>One to four mutations of a valid file.</summary>
    public byte[] Next()
    {
        var (json, data) = Valid();
        var structural = random.Next(4);
        for (var count = 0; count < structural; count++)
            json = MutateJson(json);
        var header = Encoding.UTF8.GetBytes(json);
        var file = CraftedFile.Bytes(json, data, random.Next(8) == 0 ? Length(header.Length, data.Length) : null);
        if (structural == 0 || random.Next(8) == 0)
            file = MutateBytes(file);
        return file;
    }

    // A few tensors of different types, one after another, with or without metadata, in any order of the header.
    private (string Json, byte[] Data) Valid()
    {
        (string Name, int Size)[] types = [("F32", 4), ("F64", 8), ("F16", 2), ("BF16", 2), ("I64", 8), ("U8", 1), ("BOOL", 1)];
        List<string> fields = random.Next(2) == 0 ? [] : ["\"__metadata__\":{\"format\":\"pt\"}"];
        var end = 0;
        var count = random.Next(5);
        for (var tensor = 0; tensor < count; tensor++)
        {
            var (type, size) = types[random.Next(types.Length)];
            var shape = Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(4)).ToArray();
            var begin = end;
            end += shape.Aggregate(size, (product, dimension) => product * dimension);
            fields.Insert(random.Next(fields.Count + 1), CraftedFile.Entry($"t{tensor}", type, string.Join(",", shape), begin, end));
        }
        var data = new byte[end];
        random.NextBytes(data);
        return ($"{{{string.Join(",", fields)}}}", data);
    }

    private string MutateJson(string json) => random.Next(8) switch
    {
        0 or 1 => ReplaceOne(json, Number(), Pick(Numbers)),
        2 => ReplaceOne(json, Number(), random.Next(64).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        3 => ReplaceOne(json, Quoted(), $"\"{Pick(Strings)}\""),
        4 => Insert(json, Pick(Fragments)),
        5 => Remove(json),
        6 => Duplicate(json),
        _ => Insert(json, Nested()),
    };

    private string Nested()
    {
        var depth = 1 << random.Next(14);
        var text = string.Concat(Enumerable.Repeat(random.Next(2) == 0 ? "[" : "{\"a\":", depth));
        return random.Next(2) == 0 ? text : text + new string(']', depth);
    }

    private string ReplaceOne(string json, Regex what, string by)
    {
        var places = what.Matches(json);
        if (places.Count == 0)
            return json;
        var place = places[random.Next(places.Count)];
        return string.Concat(json.AsSpan(0, place.Index), by, json.AsSpan(place.Index + place.Length));
    }

    private string Insert(string json, string text) => json.Insert(random.Next(json.Length + 1), text);

    private string Remove(string json)
    {
        if (json.Length == 0)
            return json;
        var start = random.Next(json.Length);
        return json.Remove(start, random.Next(Math.Min(json.Length - start, 20)) + 1);
    }

    private string Duplicate(string json)
    {
        var start = random.Next(json.Length + 1);
        var length = random.Next(json.Length - start + 1);
        return json.Insert(random.Next(json.Length + 1), json.Substring(start, length));
    }

    private ulong Length(int header, int data) => random.Next(6) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => 100_000_000,
        3 => (ulong)(header + data),
        4 => (ulong)random.Next(header + data + 16),
        _ => (ulong)random.NextInt64(),
    };

    private byte[] MutateBytes(byte[] file)
    {
        for (var count = random.Next(8); count >= 0 && file.Length > 0; count--)
            file[random.Next(file.Length)] = (byte)random.Next(256);
        if (random.Next(4) == 0)
            file = file[..random.Next(file.Length + 1)];
        if (random.Next(4) == 0)
            file = [.. file, .. new byte[random.Next(32)]];
        if (random.Next(16) == 0 && file.Length >= 8)
            BinaryPrimitives.WriteInt64BigEndian(file, BinaryPrimitives.ReadInt64LittleEndian(file));
        return file;
    }

    private string Pick(string[] words) => words[random.Next(words.Length)];

    [GeneratedRegex(@"-?\d+")]
    private static partial Regex Number();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();
}
