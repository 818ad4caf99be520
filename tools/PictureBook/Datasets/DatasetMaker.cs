using System.Formats.Tar;
using System.Runtime.ExceptionServices;
using System.Text;
using PictureBook.Captions;
using PictureBook.Rendering;
using PictureBook.Scenes;

namespace PictureBook.Datasets;

/// <summary>
/// Writes data sets of drawn scenes, on all cores, part by part; each part appears whole or not at all. A data set that was begun is gone on with: whole parts are kept.
/// Picture i depends on seed, i, split and size alone. <c>words.json</c> beside them has the words that the captions are made of.
/// </summary>
public sealed class DatasetMaker
{
    private const string MaskEnding = ".mask.png";

    private readonly DatasetOptions options;
    private readonly SceneRenderer renderer;

    /// <summary>A maker of one data set.</summary>
    /// <param name="options">Which one.</param>
    /// <exception cref="InvalidRequestException">A number is out of its range.</exception>
    public DatasetMaker(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Count < 1 || options.ShardSize < 1)
            throw new InvalidRequestException($"a data set has at least 1 picture, and each of its archives has, not {Math.Min(options.Count, options.ShardSize)}");
        this.options = options;
        renderer = new(options.Drawings, options.Size);
    }

    /// <summary>Makes the data set.</summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <param name="progress">Is told how many pictures there are after each part.</param>
    /// <param name="cancellation">Stops at once; the parts that are written stay.</param>
    /// <exception cref="InvalidRequestException">The folder holds another data set, or more pictures than are asked for.</exception>
    /// <exception cref="BrokenInputException">The folder cannot be written to, or a drawing is broken.</exception>
    public void Make(string folder, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        Begin(folder);
        for (long from = 0; from < options.Count; from += options.ShardSize)
        {
            long to = Math.Min(from + options.ShardSize, options.Count);
            if (options.Format == DatasetFormat.WebDataset)
                MakeShard(Path.Combine(folder, ShardName(from / options.ShardSize)), from, to, cancellation);
            else
                MakeFiles(folder, from, to, cancellation);
            progress?.Report(to);
        }

        if (options.Format == DatasetFormat.Folder)
            NewFile.Write(Path.Combine(folder, "metadata.jsonl"), WriteTable);
        NewFile.Write(Path.Combine(folder, WordList.FileName), WordList.ToJson(options.Newcomers));
    }

    private void Begin(string folder)
    {
        long before = DatasetRecord.Check(folder, options);
        // The last archive of a smaller data set has fewer pictures than it shall have now.
        if (options.Format == DatasetFormat.WebDataset && before < options.Count && before % options.ShardSize != 0)
            File.Delete(Path.Combine(folder, ShardName(before / options.ShardSize)));
        DatasetRecord.Write(folder, options);
    }

    private string ShardName(long part) => $"{(options.Split == Split.Train ? "train" : "held-out")}-{part:D5}.tar";

    private static string Name(long index) => $"{index:D9}";

    private void MakeShard(string path, long from, long to, CancellationToken cancellation)
    {
        if (File.Exists(path))
            return;
        var examples = Draw(from, to, cancellation);
        NewFile.Write(path, stream =>
        {
            using TarWriter tar = new(stream, TarEntryFormat.Ustar, leaveOpen: true);
            foreach (var example in examples)
            {
                Add(tar, Name(example.Index) + ".png", example.Png);
                if (example.Mask is { } mask)
                    Add(tar, Name(example.Index) + MaskEnding, mask);
                Add(tar, Name(example.Index) + ".txt", Encoding.UTF8.GetBytes(example.Caption));
                Add(tar, Name(example.Index) + ".json", SceneJson.Write(example.Scene, example.Caption));
            }
        });
    }

    private static void Add(TarWriter tar, string name, byte[] content)
    {
        using MemoryStream data = new(content);
        // The same bytes whenever they are written.
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data, ModificationTime = DateTimeOffset.UnixEpoch });
    }

    private void MakeFiles(string folder, long from, long to, CancellationToken cancellation) =>
        OnAllCores(from, to, cancellation, index =>
        {
            var (scene, path) = (options.SceneOf(index), Path.Combine(folder, Name(index)));
            WriteMissing(path + ".png", () => renderer.RenderPng(scene));
            if (options.Masks)
                WriteMissing(path + MaskEnding, () => renderer.RenderMaskPng(scene));
        });

    private static void WriteMissing(string path, Func<byte[]> content)
    {
        if (!File.Exists(path))
            NewFile.Write(path, content());
    }

    private void WriteTable(Stream stream)
    {
        for (long index = 0; index < options.Count; index++)
        {
            var scene = options.SceneOf(index);
            stream.Write(SceneJson.Write(scene, CaptionWriter.Write(scene), Name(index) + ".png"));
            stream.WriteByte((byte)'\n');
        }
    }

    private Example[] Draw(long from, long to, CancellationToken cancellation)
    {
        var examples = new Example[to - from];
        OnAllCores(from, to, cancellation, index =>
        {
            var scene = options.SceneOf(index);
            examples[index - from] = new(index, scene, CaptionWriter.Write(scene), renderer.RenderPng(scene), options.Masks ? renderer.RenderMaskPng(scene) : null);
        });
        return examples;
    }

    private static void OnAllCores(long from, long to, CancellationToken cancellation, Action<long> work)
    {
        try
        {
            Parallel.For(from, to, new ParallelOptions { CancellationToken = cancellation }, work);
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<AmusedException>().FirstOrDefault() is { } first)
        {
            // What several threads stumbled over is one fault to who reads it.
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private sealed record Example(long Index, Scene Scene, string Caption, byte[] Png, byte[]? Mask);
}
