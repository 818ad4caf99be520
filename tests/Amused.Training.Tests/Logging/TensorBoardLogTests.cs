using Amused.Images;
using Amused.Tests.Images;
using Google.Protobuf;
using Xunit;

namespace Amused.Training.Tests.Logging;

public sealed class TensorBoardLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_begins_with_its_version_and_the_step_from_which_it_counts()
    {
        using (TensorBoardLog log = new(folder.Path, resumeStep: 0, clock)) { }
        var events = Events(Assert.Single(Files()));
        Assert.Equal(2, events.Count);
        Assert.Equal(1_700_000_000.25, events[0].Double(1));
        Assert.Equal("brain.Event:2", events[0].Text(3));
        Assert.Equal(1, events[1].Number(2));
        Assert.Equal(1, events[1].Message(7).Number(1));
    }

    [Fact]
    public void Figures_pictures_and_texts_come_back()
    {
        var picture = Pictures.Noise(5, 4);
        using (TensorBoardLog log = new(folder.Path, resumeStep: 0, clock))
        {
            log.WriteScalars(7, new Dictionary<string, double> { ["loss"] = 0.5, ["learning_rate"] = double.NaN });
            log.WriteImage(8, "validation", picture);
            log.WriteText(9, "prompts", "a *fox*");
        }
        var events = Events(Files()[0]).Skip(2).ToList();
        Assert.Equal([7, 7, 8, 9], events.Select(entry => entry.Number(2)));
        var values = events.Select(entry => entry.Message(5).Message(1)).ToList();
        Assert.Equal(["loss", "learning_rate", "validation", "prompts"], values.Select(value => value.Text(1)));
        Assert.Equal([0.5f, float.NaN], values.Take(2).Select(value => value.Float(2)));

        var image = values[2].Message(4);
        Assert.Equal([4, 5, 3], [image.Number(1), image.Number(2), image.Number(3)]);
        Assert.Equal(picture.Pixels.ToArray(), RgbImage.Load(image.Bytes(4), "logged").Pixels.ToArray());

        var tensor = values[3].Message(8);
        Assert.Equal("a *fox*", tensor.Text(8));
        Assert.Equal(7, tensor.Number(1));
        Assert.Equal(1, tensor.Message(2).Message(2).Number(1));
        Assert.Equal("text", values[3].Message(9).Message(1).Text(1));
    }

    [Fact]
    public void A_resumed_run_adds_a_file_that_comes_after_the_older_ones_even_in_the_same_second()
    {
        for (var step = 0; step < 3; step++)
            new TensorBoardLog(folder.Path, step * 10, clock).Dispose();
        Assert.Equal([1, 11, 21], Files().Select(file => Events(file)[1].Number(2)));
    }

    [Fact]
    public void What_is_written_can_be_read_at_once()
    {
        using TensorBoardLog log = new(folder.Path, resumeStep: 0, clock);
        log.WriteScalars(1, new Dictionary<string, double> { ["loss"] = 1 });
        Assert.Equal(3, Events(Files()[0]).Count);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        var file = folder.Write("file", "");
        Assert.Contains(file, Assert.Throws<BrokenInputException>(() => new TensorBoardLog(Path.Combine(file, "run"))).Message);
    }

    private string[] Files() => [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal)];

    private static List<Fields> Events(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using BinaryReader reader = new(file);
        List<Fields> events = [];
        while (file.Position < file.Length)
        {
            var length = reader.ReadBytes(8);
            Assert.Equal(EventRecords.Checksum(length), reader.ReadUInt32());
            var data = reader.ReadBytes((int)BitConverter.ToInt64(length));
            Assert.Equal(EventRecords.Checksum(data), reader.ReadUInt32());
            events.Add(new(data));
        }
        return events;
    }

    /// <summary>A message read without its schema.</summary>
    private sealed class Fields
    {
        private readonly Dictionary<int, object> values = [];

        public Fields(byte[] message)
        {
            CodedInputStream input = new(message);
            while (input.ReadTag() is > 0 and var tag)
            {
                values.Add(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
                {
                    WireFormat.WireType.Varint => input.ReadInt64(),
                    WireFormat.WireType.Fixed64 => input.ReadDouble(),
                    WireFormat.WireType.Fixed32 => input.ReadFloat(),
                    _ => input.ReadBytes().ToByteArray(),
                });
            }
        }

        public long Number(int field) => (long)values[field];

        public double Double(int field) => (double)values[field];

        public float Float(int field) => (float)values[field];

        public byte[] Bytes(int field) => (byte[])values[field];

        public string Text(int field) => System.Text.Encoding.UTF8.GetString(Bytes(field));

        public Fields Message(int field) => new(Bytes(field));
    }
}
