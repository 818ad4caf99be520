using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Amused.Imaging;

namespace Amused.Training.Data;

/// <summary>
/// One tar archive. Of a plain one only heads and captions are read in passing: a picture's bytes are read from their place when they are wanted. A
/// compressed one has to be unpacked in order, so its pictures wait in memory.
/// </summary>
internal sealed class TarShard(string path, CaptionOptions captions) : IExampleShard
{
    /// <summary>No caption is longer; what claims to be is not read.</summary>
    private const long LongestText = 1 << 20;

    private readonly bool isPacked = !path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);
    private long? count;

    public long Count() => count ??= Groups(_ => false).LongCount();

    public IEnumerable<(long Index, RawExample Example)> Read(Func<long, bool> isWanted) =>
        Groups(isWanted).Where(group => isWanted(group.Index)).Select(group => (group.Index, group.ToExample(path, captions)));

    /// <summary>Entries that follow one another with the same name up to the first dot.</summary>
    private IEnumerable<Group> Groups(Func<long, bool> isWanted)
    {
        using var file = FileFault.Reading(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16));
        using var unpacked = isPacked ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using TarReader reader = new(unpacked);
        Group? group = null;
        while (Next(reader) is { } entry)
        {
            var (key, extension) = Split(entry.Name);
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile) || key.Length == 0)
                continue;
            if (group?.Key != key)
            {
                if (group is { HasImageOrText: true })
                    yield return group;
                group = new(key, group is null ? 0 : group.Index + (group.HasImageOrText ? 1 : 0));
            }

            group.Add(extension, isWanted(group.Index) ? Reading(() => Content(entry, extension, file.Length)) : () => []);
        }

        if (group is { HasImageOrText: true })
            yield return group;
    }

    private TarEntry? Next(TarReader reader) => Reading(() => reader.GetNextEntry());

    private Func<byte[]> Content(TarEntry entry, string extension, long fileLength)
    {
        bool isImage = Group.ImageExtensions.Contains(extension) || extension == ImageFolder.MaskEnding;
        if (entry.Length > (isImage ? WholeFile.MaxLength : LongestText) || !isImage && !Group.TextExtensions.Contains(extension))
            return () => throw FileFault.Of(path, $"the entry {FileFault.Quote(entry.Name)} is too long, {entry.Length} bytes");
        if (isImage && !isPacked)
        {
            var (offset, length) = (entry.DataOffset, (int)entry.Length);
            if (offset + length > fileLength)
                throw new EndOfStreamException();
            return () => ReadAt(offset, length);
        }

        var bytes = new byte[entry.Length];
        entry.DataStream?.ReadExactly(bytes);
        return () => bytes;
    }

    private byte[] ReadAt(long offset, int length) => Reading(() =>
    {
        using var handle = File.OpenHandle(path);
        var bytes = new byte[length];
        for (int done = 0, read; done < length; done += read)
        {
            read = RandomAccess.Read(handle, bytes.AsSpan(done), offset + done);
            if (read == 0)
                throw new EndOfStreamException();
        }

        return bytes;
    });

    private T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException cause)
        {
            throw FileFault.Of(path, "is a cut tar archive: it ends inside an entry", cause);
        }
        catch (Exception cause) when (cause is InvalidDataException or FormatException or ArgumentException)
        {
            throw FileFault.Of(path, isPacked ? "is a broken or cut tar.gz archive" : "is a broken tar archive, or none", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(path, $"cannot be read: {FileFault.Printable(cause.Message)}", cause);
        }
    }

    /// <summary><c>dir.x/0001.seg.png</c> → (<c>dir.x/0001</c>, <c>.seg.png</c>). A hidden file has no key.</summary>
    private static (string Key, string Extension) Split(string name)
    {
        int dot = name.IndexOf('.', name.LastIndexOf('/') + 1);
        return dot < 0 || dot == name.LastIndexOf('/') + 1 ? ("", "") : (name[..dot], name[dot..].ToLowerInvariant());
    }

    /// <summary>The files of one example.</summary>
    private sealed record Group(string Key, long Index)
    {
        public static readonly string[] ImageExtensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

        // In the order of preference.
        public static readonly string[] TextExtensions = [".txt", ".json", ".cls"];

        private readonly Dictionary<string, Func<byte[]>> files = [];
        private string? twin;

        /// <summary>What has neither (a read-me, other data) is no example.</summary>
        public bool HasImageOrText { get; private set; }

        public void Add(string extension, Func<byte[]> content)
        {
            bool isImage = ImageExtensions.Contains(extension);
            HasImageOrText |= isImage || TextExtensions.Contains(extension);
            if (!files.TryAdd(extension, content))
                twin = extension;
        }

        public RawExample ToExample(string path, CaptionOptions captions)
        {
            var image = ImageExtensions.FirstOrDefault(files.ContainsKey);
            var name = $"{path}: {FileFault.Printable(Key)}{image}";
            if (twin is not null)
                return RawExample.Broken(name, $"the archive holds {FileFault.Quote(Key + twin)} twice");
            if (image is null)
                return RawExample.Broken(name, $"has no image ({string.Join(", ", ImageExtensions)}) beside its text");
            var texts = captions.AreIgnored ? [""] : Captions(captions);
            return texts.Count > 0
                ? new(name, texts, files[image], files.GetValueOrDefault(ImageFolder.MaskEnding))
                : RawExample.Broken(name, $"has no caption; it is looked for in {FileFault.Printable(Key)}.txt, .json ({Fields(captions)}) or .cls beside it in the archive");
        }

        private IReadOnlyList<string> Captions(CaptionOptions captions)
        {
            // Who names fields wants those of the JSON file.
            if (captions.Columns.Count == 0 && files.TryGetValue(".txt", out var text))
                return [Text(text)];
            if (files.TryGetValue(".json", out var json) && FromJson(json(), captions) is { Count: > 0 } texts)
                return texts;
            return files.TryGetValue(".cls", out var label) ? [Text(label)] : [];
        }

        private static string Text(Func<byte[]> content) => System.Text.Encoding.UTF8.GetString(content()).Trim('\uFEFF', ' ', '\t', '\r', '\n');

        private static IReadOnlyList<string> FromJson(byte[] json, CaptionOptions captions)
        {
            try
            {
                using var document = JsonDocument.Parse(json);
                return captions.Read(document.RootElement);
            }
            catch (JsonException)
            {
                return [];
            }
        }

        private static string Fields(CaptionOptions captions) =>
            captions.Columns.Count > 0 ? string.Join(", ", captions.Columns) : "text, caption, captions, prompt";
    }
}
