using System.Text;
using Amused.Images;
using Amused.Training;
using PictureBook.Captions;
using PictureBook.Datasets;
using PictureBook.Drawings;
using PictureBook.Rendering;
using PictureBook.Scenes;
using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.Datasets;

public sealed class DatasetMakerTests : IDisposable
{
    private static readonly DataOrder AsTheyLie = new() { Shuffle = false };
    private static readonly SceneRenderer Renderer = new(TinyDrawings.Set, 64);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_projects_own_reader_reads_the_archives()
    {
        Make(Options(7));
        Assert.Equal(["dataset.json", "train-00000.tar", "train-00001.tar", "train-00002.tar", "words.json"], folder.Names);
        var examples = WebDataset.Open(folder.Path).ReadEpoch(AsTheyLie, default).ToList();
        Assert.Equal(7, examples.Count);
        for (int i = 0; i < examples.Count; i++)
        {
            var scene = SceneSampler.Sample(9, i);
            Assert.Equal([CaptionWriter.Write(scene)], examples[i].Captions);
            Assert.Equal(Renderer.Render(scene).Pixels, RgbImage.Load(examples[i].ReadBytes(), "picture").Pixels);
        }
    }

    [Fact]
    public void The_projects_own_reader_reads_the_folder()
    {
        Make(Options(7) with { Format = DatasetFormat.Folder, Split = Split.HeldOut });
        Assert.Equal(10, folder.Names.Length);
        var examples = ImageFolder.Open(folder.Path).ReadEpoch(AsTheyLie, default).ToList();
        Assert.Equal(Enumerable.Range(0, 7).Select(i => CaptionWriter.Write(SceneSampler.Sample(9, i, Split.HeldOut))), examples.Select(example => example.Captions[0]));
        Assert.Equal(Renderer.Render(SceneSampler.Sample(9, 6, Split.HeldOut)).Pixels, RgbImage.Load(examples[6].ReadBytes(), "picture").Pixels);
    }

    [Theory]
    [InlineData(DatasetFormat.WebDataset)]
    [InlineData(DatasetFormat.Folder)]
    public void Masks_beside_the_pictures_are_white_where_a_thing_is(DatasetFormat format)
    {
        Make(Options(3) with { Masks = true, Format = format });
        IImageSource source = format == DatasetFormat.Folder ? ImageFolder.Open(folder.Path) : WebDataset.Open(folder.Path);
        var examples = source.ReadEpoch(AsTheyLie, default).ToList();
        Assert.Equal(3, examples.Count);
        for (int i = 0; i < examples.Count; i++)
        {
            var mask = RgbImage.Load(examples[i].ReadMaskBytes()!, "mask").ToGrey().Pixels.ToArray();
            var things = Renderer.Masks(SceneSampler.Sample(9, i));
            Assert.Equal(Enumerable.Range(0, mask.Length).Select(at => things.Max(thing => thing.Pixels[at])), mask);
        }
        Assert.Contains("masks", Assert.Throws<InvalidRequestException>(() => Make(Options(3) with { Format = format })).Message);
    }

    [Fact]
    public void Each_picture_has_one_newcomer_which_its_caption_names_and_its_drawing_shows()
    {
        var robot = TinyDrawings.Set.Newcomer("automobile");
        var options = Options(7) with { Newcomers = [robot] };
        Make(options);
        var examples = WebDataset.Open(folder.Path).ReadEpoch(AsTheyLie, default).ToList();
        for (int i = 0; i < examples.Count; i++)
        {
            var scene = options.SceneOf(i);
            Assert.Single(scene.Things, thing => thing.Thing == robot);
            Assert.Equal(Math.Max(1, SceneSampler.Sample(9, i).Things.Count), scene.Things.Count);
            Assert.Contains("automobile", examples[i].Captions[0]);
            Assert.Equal(Renderer.Render(scene).Pixels, RgbImage.Load(examples[i].ReadBytes(), "picture").Pixels);
        }
        Assert.Contains("\"automobile\": []", File.ReadAllText(folder["words.json"]));
        var fault = Assert.Throws<InvalidRequestException>(() => Make(Options(7)));
        Assert.Contains("newcomers automobile", fault.Message);
    }

    [Fact]
    public void A_newcomer_stands_in_the_middle_of_a_scene_that_was_empty()
    {
        var robot = TinyDrawings.Set.Newcomer("automobile");
        var options = Options(200) with { Newcomers = [robot] };
        var empty = Enumerable.Range(0, 200).First(i => SceneSampler.Sample(9, i).Things.Count == 0);
        Assert.Equal([new PlacedThing(robot, ThingColour.None, Place.Middle, ThingSize.Medium)], options.SceneOf(empty).Things);
    }

    [Fact]
    public void A_newcomer_must_be_an_icon_and_no_thing_of_the_world()
    {
        Assert.Contains("has it already", Assert.Throws<InvalidRequestException>(() => TinyDrawings.Set.Newcomer("car")).Message);
        Assert.Contains("nearest are automobile", Assert.Throws<InvalidRequestException>(() => TinyDrawings.Set.Newcomer("automobil")).Message);
    }

    [Fact]
    public void A_scenes_truth_comes_back_from_its_json()
    {
        for (int i = 0; i < 50; i++)
        {
            var scene = SceneSampler.Sample(9, i);
            var json = SceneJson.Write(scene, "a caption", "0.png");
            Assert.Contains("\"file_name\":\"0.png\",\"text\":\"a caption\"", Encoding.UTF8.GetString(json));
            var back = SceneJson.Read(json);
            Assert.Equal(scene.Things, back.Things);
            Assert.Equal(scene with { Things = [] }, back with { Things = [] });
        }

        Assert.Throws<BrokenInputException>(() => SceneJson.Read("{}"u8));
        var one = SceneSampler.Sample(9, 0, Split.HeldOut);
        var unknown = Encoding.UTF8.GetString(SceneJson.Write(one, "")).Replace($"\"{one.Things[0].Thing}\"", "\"spoon\"");
        Assert.Contains("spoon", unknown);
        Assert.Throws<BrokenInputException>(() => SceneJson.Read(Encoding.UTF8.GetBytes(unknown)));
    }

    [Fact]
    public void The_same_data_set_has_the_same_bytes_and_a_larger_one_begins_with_it()
    {
        Make(Options(7));
        var before = Contents();
        Make(Options(7));
        Assert.Equal(before, Contents());
        Make(Options(9));
        var larger = Contents();
        Assert.Equal((before[1], before[2]), (larger[1], larger[2]));
        Assert.Equal(9, WebDataset.Open(folder.Path).ReadEpoch(AsTheyLie, default).Count());
        using TemporaryFolder other = new();
        new DatasetMaker(Options(9)).Make(other.Path);
        Assert.Equal(larger, other.Names.Select(name => Convert.ToHexString(File.ReadAllBytes(other[name]))));
    }

    [Fact]
    public void What_is_there_is_kept_and_what_is_missing_is_made_again()
    {
        Make(Options(7));
        var before = Contents();
        File.Delete(folder["train-00001.tar"]);
        File.WriteAllText(folder["train-00002.tar"], "kept");
        Make(Options(7));
        var after = Contents();
        Assert.Equal(before[..3], after[..3]);
        Assert.Equal("kept", File.ReadAllText(folder["train-00002.tar"]));
    }

    [Fact]
    public void A_stopped_run_leaves_whole_parts_alone_and_is_gone_on_with()
    {
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => new DatasetMaker(Options(7)).Make(folder.Path, new Tell(_ => stop.Cancel()), stop.Token));
        Assert.Equal(["dataset.json", "train-00000.tar"], folder.Names);
        Make(Options(7));
        Assert.Equal(7, WebDataset.Open(folder.Path).ReadEpoch(AsTheyLie, default).Count());
    }

    [Fact]
    public void Another_data_set_is_not_mixed_in()
    {
        Make(Options(7));
        Refuses(Options(7) with { Seed = 10 }, "seed 9", "seed 10");
        Refuses(Options(7) with { Split = Split.HeldOut }, "held-out");
        Refuses(Options(7) with { Size = 32 }, "size 32");
        Refuses(Options(6), "7 pictures already");
        File.Delete(folder["dataset.json"]);
        Refuses(Options(7), "not empty");
        File.WriteAllText(folder["dataset.json"], "[]");
        Assert.Throws<BrokenInputException>(() => Make(Options(7)));
    }

    [Fact]
    public void Unusable_numbers_are_refused_before_anything_is_written()
    {
        Refuses(Options(0), "at least 1");
        Refuses(Options(1) with { ShardSize = 0 }, "at least 1");
        Refuses(Options(1) with { Size = 8 }, "32 to 1024");
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_broken_drawing_is_one_fault_though_many_threads_meet_it()
    {
        using TemporaryFolder set = new();
        var drawings = DrawingSet.Load(set.Write("icons.json", TinyIcons.Json(body: "<path")));
        var fault = Assert.Throws<BrokenInputException>(() => new DatasetMaker(new(drawings) { Count = 500 }).Make(folder.Path));
        Assert.Contains("automobile", fault.Message);
    }

    [Fact]
    public void Preview_and_contact_sheet_show_what_there_is()
    {
        var preview = Preview.Draw(Options(100));
        Assert.Equal(8 * (128 + ImageGrid.Gap) + ImageGrid.Gap, preview.Width);
        Assert.True(preview.Height > 8 * 64);
        int kinds = AllThings.Table.Sum(thing => thing.Colours.Count);
        var sheet = ContactSheet.Draw(TinyDrawings.Set, 20);
        Assert.True(sheet.Width * sheet.Height > kinds * 20 * 20);
    }

    private static DatasetOptions Options(long count) => new(TinyDrawings.Set) { Count = count, Seed = 9, Size = 64, ShardSize = 3 };

    private void Make(DatasetOptions options) => new DatasetMaker(options).Make(folder.Path);

    private string[] Contents() => [.. folder.Names.Select(name => Convert.ToHexString(File.ReadAllBytes(folder[name])))];

    private void Refuses(DatasetOptions options, params string[] words)
    {
        var fault = Assert.Throws<InvalidRequestException>(() => Make(options));
        Assert.All(words, word => Assert.Contains(word, fault.Message));
    }

    private sealed class Tell(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
