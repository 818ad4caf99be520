using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class DatasetSplitTests
{
    [Theory]
    [InlineData("data/train-0.parquet data/test-0.parquet", "train", "data/train-0.parquet")]
    [InlineData("val/0.parquet train/0.parquet", "validation", "val/0.parquet")]
    [InlineData("val/0.parquet train/0.parquet", "dev", "val/0.parquet")]
    [InlineData("a.parquet trainer.parquet", "train", "a.parquet trainer.parquet")]
    [InlineData("default/partial-train/0000.parquet default/partial-test/0000.parquet", "train", "default/partial-train/0000.parquet")]
    [InlineData("default/partial-train/0000.parquet default/partial-test/0000.parquet", "test", "default/partial-test/0000.parquet")]
    [InlineData("training/a.parquet testing/a.parquet", "train", "training/a.parquet")]
    [InlineData("training/a.parquet testing/a.parquet", "testing", "testing/a.parquet")]
    [InlineData("birds_train.parquet birds_test.parquet", "train", "birds_train.parquet")]
    [InlineData("TRAIN.PARQUET Eval/0.parquet", "test", "Eval/0.parquet")]
    [InlineData("test/train-0.parquet", "train", "test/train-0.parquet")]
    [InlineData("data/unsupervised-00000-of-00001.parquet data/train-00000-of-00001.parquet", "unsupervised", "data/unsupervised-00000-of-00001.parquet")]
    [InlineData("default/partial-unsupervised/0000.parquet default/train/0000.parquet", "unsupervised", "default/partial-unsupervised/0000.parquet")]
    public void Splits_are_told_by_the_names_of_files_and_folders(string files, string split, string expected) =>
        Assert.Equal(expected, string.Join(' ', DatasetSplit.Choose("set", files.Split(' '), split, new("set"), "files")));

    [Theory]
    [InlineData("training/a.png testing/a.png", "train", "training/a.png")]
    [InlineData("train/x/a.png train/b.png test/a.png validation/c.png", "validation", "validation/c.png")]
    [InlineData("birds/train2017/a.png birds/val2017/a.png", "val", "birds/val2017/a.png")]
    [InlineData("train/a.png test/a.png extra/b.png c.png", "train", "train/a.png")]
    [InlineData("a train at night.png b/test.png", "train", "a train at night.png b/test.png")] // captions
    [InlineData("train/a.png bus/b.png car/c.png", "train", "train/a.png bus/b.png car/c.png")] // pictures of trains
    [InlineData("test/a.png", "test", "test/a.png")]
    public void Splits_of_pictures_are_told_by_the_names_of_folders(string files, string split, string expected) =>
        Assert.Equal(expected, string.Join(' ', DatasetSplit.ChoosePictures("set", Files(files), split, new("set"))));

    [Theory]
    [InlineData("test-0.parquet val/0.parquet", "train", "set: has no split \"train\": its splits are \"test\", \"validation\"")]
    [InlineData("default/partial-train/0000.parquet", "foo", "set: has no split \"foo\": its splits are \"train\"")]
    [InlineData("a.parquet", "test", "set: has no split \"test\": the names of its files tell none, so that all of them are \"train\"")]
    public void A_split_that_is_not_there_is_refused_with_those_that_are(string files, string split, string expected) =>
        Assert.Equal(expected, Assert.Throws<BrokenInputException>(() => DatasetSplit.Choose("set", files.Split(' '), split, new("set"), "files")).Message);

    [Theory]
    [InlineData("test/a.png", "train", "set: has no split \"train\": its splits are \"test\"")]
    [InlineData("train/a.png bus/a.png", "test", "set: has no split \"test\": the names of its files tell none, so that all of them are \"train\"")]
    public void A_split_of_pictures_that_is_not_there_is_refused_likewise(string files, string split, string expected) =>
        Assert.Equal(expected, Assert.Throws<BrokenInputException>(() => DatasetSplit.ChoosePictures("set", Files(files), split, new("set"))).Message);

    [Fact]
    public void What_is_not_of_the_split_is_told_and_no_error_of_strict_data()
    {
        List<string> told = [];
        DataReport report = new("set", isStrict: true);
        DatasetSplit.Choose("set", ["train/a.tar", "test/b.tar", "val/c.tar", "val/d.tar"], "train", report, "tar shards");
        report.Tell(told.Add);
        Assert.Equal(["set: 0 pictures taken, 0 captions from file names, 0 files left out", "only the split \"train\" was read, not \"test\" (1 file), \"validation\" (2 files)"], told);
        string[] more = ["train/a.tar", "b.tar"];
        Assert.Contains("\"b.tar\" (tar shards of no split)", Assert.Throws<BrokenInputException>(
            () => DatasetSplit.Choose("set", more, "train", report, "tar shards")).Message, StringComparison.Ordinal);
    }

    private static string[] Files(string names) => [.. names.Split(".png ").Select(name => name.EndsWith(".png", StringComparison.Ordinal) ? name : $"{name}.png")];
}
