using System.Formats.Tar;
using System.Text;

namespace Amused.PictureBook.Output;

/// <summary>
/// Writes data sets of drawn scenes, on all cores, part by part; each part appears whole or not at all. A data set that was begun is gone on with: whole parts are kept.
/// Picture i depends on seed, i, split and size alone.
/// </summary>
public sealed class DatasetMaker(DatasetOptions options)
{
    private readonly SceneRenderer renderer = new(options.Drawings, options.Size);

    private sealed record Example(long Index, Scene Scene, string Caption, byte[] Png);

    /// <summary>Makes the data set.</summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <param name="progress">Is told how many pictures there are after each part.</param>
    /// <param name="cancellation">Stops after the parts at hand; what is written stays.</param>
    /// <exception cref="InvalidRequestException">The folder holds another data set.</exception>
    /// <exception cref="BrokenInputException">The folder cannot be written to.</exception>
    public void Make(string folder, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        long before = DatasetRecord.Begin(folder, options);
        long parts = (options.Count + options.ShardSize - 1) / options.ShardSize;
        for (long part = 0; part < parts; part++)
        {
            cancellation.ThrowIfCancellationRequested();
            long from = part * options.ShardSize, to = Math.Min(from + options.ShardSize, options.Count);
            bool sameBefore = to == Math.Min(from + options.ShardSize, before);
            if (options.Format == DatasetFormat.WebDataset)
                MakeShard(Path.Combine(folder, ShardName(part)), from, to, sameBefore, cancellation);
            else
                MakeFiles(folder, from, to, cancellation);
            progress?.Report(to);
        }

        if (options.Format == DatasetFormat.Folder)
            NewFile.Write(Path.Combine(folder, "metadata.jsonl"), WriteTable);
    }

    private string ShardName(long part) => $"{(options.Split == Split.Train ? "train" : "held-out")}-{part:D5}.tar";

    private static string Name(long index) => $"{index:D9}";

    private void MakeShard(string path, long from, long to, bool mayKeep, CancellationToken cancellation)
    {
        if (mayKeep && File.Exists(path))
            return;
        var examples = Draw(from, to, cancellation);
        NewFile.Write(path, stream =>
        {
            using TarWriter tar = new(stream, TarEntryFormat.Ustar, leaveOpen: true);
            foreach (var example in examples)
            {
                Add(tar, Name(example.Index) + ".png", example.Png);
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
        Parallel.For(from, to, new ParallelOptions { CancellationToken = cancellation }, index =>
        {
            var path = Path.Combine(folder, Name(index) + ".png");
            if (!File.Exists(path))
                NewFile.Write(path, renderer.RenderPng(SceneSampler.Sample(options.Seed, index, options.Split)));
        });

    private void WriteTable(Stream stream)
    {
        for (long index = 0; index < options.Count; index++)
        {
            var scene = SceneSampler.Sample(options.Seed, index, options.Split);
            stream.Write(SceneJson.Write(scene, CaptionWriter.Write(scene), Name(index) + ".png"));
            stream.WriteByte((byte)'\n');
        }
    }

    private Example[] Draw(long from, long to, CancellationToken cancellation)
    {
        var examples = new Example[to - from];
        Parallel.For(from, to, new ParallelOptions { CancellationToken = cancellation }, index =>
        {
            var scene = SceneSampler.Sample(options.Seed, index, options.Split);
            examples[index - from] = new(index, scene, CaptionWriter.Write(scene), renderer.RenderPng(scene));
        });
        return examples;
    }
}
