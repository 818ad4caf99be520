using System.Text.Json;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Golden;

/// <summary>One safetensors file of figures. Each figure in it must be read before it is closed by <see cref="AssertAllRead"/>.</summary>
public sealed class GoldenFigures
{
    private readonly SafetensorsFile file;
    private readonly HashSet<string> unread;

    public GoldenFigures(string relativePath)
    {
        file = SafetensorsFile.Open(GoldenFolder.PathOf(relativePath));
        unread = [.. file.Entries.Keys];
    }

    public IEnumerable<string> Keys => file.Entries.Keys;

    public bool Has(string key) => file.Entries.ContainsKey(key);

    public JsonElement Metadata(string key) => JsonDocument.Parse(file.Metadata[key]).RootElement;

    public string MetadataText(string key) => file.Metadata[key];

    /// <summary>A figure as a tensor, float32 or int64.</summary>
    public Tensor this[string key]
    {
        get
        {
            unread.Remove(key);
            var entry = file[key];
            long[] shape = [.. entry.Shape];
            return entry.Dtype.IsFloatingPoint()
                ? tensor(file.ReadFloats(key), shape, ScalarType.Float32)
                : tensor(file.ReadIntegers(key), shape, ScalarType.Int64);
        }
    }

    public void AssertAllRead() => Assert.True(unread.Count == 0, $"{file.Path}: unread figures {string.Join(", ", unread.Order())}");
}
