using Amused.Training.Data;
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
        Assert.Equal(expected, string.Join(' ', DatasetSplit.Choose("set", files.Split(' '), split)));

    [Theory]
    [InlineData("test-0.parquet val/0.parquet", "train", "set: has no split \"train\": its splits are \"test\", \"validation\"")]
    [InlineData("default/partial-train/0000.parquet", "foo", "set: has no split \"foo\": its splits are \"train\"")]
    [InlineData("a.parquet", "test", "set: has no split \"test\": the names of its files tell none, so that all of them are \"train\"")]
    public void A_split_that_is_not_there_is_refused_with_those_that_are(string files, string split, string expected) =>
        Assert.Equal(expected, Assert.Throws<BrokenInputException>(() => DatasetSplit.Choose("set", files.Split(' '), split)).Message);
}
