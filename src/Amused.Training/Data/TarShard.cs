using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Amused.Images;

namespace Amused.Training;

/// <summary>
/// One tar archive. Of a plain one only heads and captions are read in passing: a picture's bytes are read from their place when they are wanted. A
/// compressed one has to be unpacked in order, so its pictures wait in memory.
/// </summary>
internal sealed class TarShard(string path, CaptionOptions captions, DataReport report) : IExampleShard
{
    /// <summary>No caption is longer; what claims to be is not read.</summary>
    private const long LongestText = 1 << 20;

    private readonly bool isPacked = !path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);
    private long? count;

    // Up to which entry the report knows the archive: it is gone through anew in each epoch.
    private long reported;

    public long Count() => count ??= Groups(_ => false).LongCount();

    public IEnumerable<(long Index, RawExample Example)> Read(Func<long, bool> isWanted) =>
        Groups(isWanted).Where(group => isWanted(group.Index)).Select(group => (group.Index, group.ToExample(path, captions, report)));

    /// <summary>Entries that follow one another with the same name up to the first dot, and have a picture among them.</summary>
    private IEnumerable<Group> Groups(Func<long, bool> isWanted)
    {
        using var file = FileFault.Reading(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16));
        using var unpacked = isPacked ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using TarReader reader = new(unpacked);
        Group? group = null;
        long number = 0;
        while (Next(reader) is { } entry)
        {
            number++;
            var (key, extension) = Split(entry.Name);
            if (!IsFile(entry, key, number))
                continue;
            if (group?.Key != key)
            {
                if (group is not null && IsExample(group, number))
                    yield return group;
                group = new(key, group is null ? 0 : group.Index + (group.HasImage ? 1 : 0));
            }

            group.Add(extension, isWanted(group.Index) ? Reading(() => Content(entry, extension, file.Length)) : () => []);
        }

        if (group is not null && IsExample(group, number + 1))
            yield return group;
        reported = Math.Max(reported, number + 1);
    }

    /// <summary>Whether an entry is a file that can belong to an example. Folders and hidden files are passed over, anything else is reported.</summary>
    private bool IsFile(TarEntry entry, string key, long number)
    {
        bool isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;
        if (isFile && key.Length > 0)
            return true;
        var name = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
        bool isHidden = name.Length == 0 || name[0] == '.';
        if (number <= reported || isHidden || entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            return false;
        reported = number;
        report.LeaveOut(NameOf(entry.Name), isFile ? "neither pictures nor captions" : "links and other entries that are no files");
        return false;
    }

    /// <summary>Whether a whole group is an example; what isn't is reported the first time.</summary>
    /// <param name="group">The group.</param>
    /// <param name="number">The number of the entry after it.</param>
    private bool IsExample(Group group, long number)
    {
        if (number > reported)
        {
            reported = number;
            if (group.HasImage)
                report.Take();
            foreach (var (name, why) in group.LeftOut())
                report.LeaveOut(NameOf(name), why);
        }

        return group.HasImage;
    }

    private string NameOf(string entry) => $"{Path.GetFileName(path)}: {entry}";

    private TarEntry? Next(TarReader reader) => Reading(() => reader.GetNextEntry());

    private Func<byte[]> Content(TarEntry entry, string extension, long fileLength)
    {
        bool isImage = PictureFiles.Read.Contains(extension) || extension == PictureFiles.MaskEnding;
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
        // In the order of preference.
        public static readonly string[] TextExtensions = [.. PictureFiles.Captions, ".json", ".cls"];

        private readonly Dictionary<string, Func<byte[]>> files = [];
        private string? twin;

        /// <summary>What has none (a read-me, other data, a name with a dot too many) is no example.</summary>
        public bool HasImage => files.Keys.Any(PictureFiles.Read.Contains);

        public void Add(string extension, Func<byte[]> content)
        {
            if (!files.TryAdd(extension, content))
                twin = extension;
        }

        /// <summary>The files of which nothing is made, and why: all where there is no picture, and all pictures but one.</summary>
        public IEnumerable<(string Name, string Why)> LeftOut() => HasImage
            ? files.Keys.Where(PictureFiles.Read.Contains).OrderBy(PictureFiles.Read.ToList().IndexOf).Skip(1).Select(extension => (Key + extension, "further pictures of one example"))
            : files.Keys.Select(extension => (Key + extension, "no picture of a known kind (after the first dot of a name comes its extension)"));

        public RawExample ToExample(string path, CaptionOptions captions, DataReport report)
        {
            var image = PictureFiles.Read.First(files.ContainsKey);
            var name = $"{path}: {FileFault.Printable(Key)}{image}";
            if (twin is not null)
                return RawExample.Broken(name, $"the archive holds {FileFault.Quote(Key + twin)} twice");
            IReadOnlyList<string> texts;
            try
            {
                texts = captions.AreIgnored ? [""] : Captions(captions, name, report);
            }
            catch (BrokenInputException fault)
            {
                return RawExample.Broken(name, fault);
            }
            if (texts.Count > 0)
                return new(name, texts, files[image], files.GetValueOrDefault(PictureFiles.MaskEnding));
            var where = $".txt, .caption, .json ({Fields(captions)}) or .cls beside them in the archive";
            report.HasNoCaption($"{Path.GetFileName(path)}: {Key}{image}", where);
            return RawExample.WithoutCaption(name, where);
        }

        private IReadOnlyList<string> Captions(CaptionOptions captions, string name, DataReport report)
        {
            // Who names fields wants those of the JSON file.
            if (captions.Columns.Count == 0 && PictureFiles.Captions.FirstOrDefault(files.ContainsKey) is { } text)
                return [CaptionText.Caption(files[text](), name, report)];
            if (files.TryGetValue(".json", out var json) && FromJson(CaptionText.Decode(json(), name, report), captions) is { Count: > 0 } texts)
                return texts;
            return files.TryGetValue(".cls", out var label) ? [CaptionText.Caption(label(), name, report)] : [];
        }

        private static IReadOnlyList<string> FromJson(string json, CaptionOptions captions)
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
