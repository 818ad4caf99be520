using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class HeldOutSplitTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 1000).Select(i => $"folder/picture {i}.png")];

    [Fact]
    public void Each_picture_is_on_one_side_and_about_the_share_is_held_out()
    {
        var (training, heldOut) = Split(Names);
        Assert.Equal(Names.Order(), training.Concat(heldOut).Order());
        Assert.InRange(heldOut.Count, 60, 140);
    }

    [Fact]
    public void Sides_stay_when_pictures_are_added_or_the_data_set_is_moved()
    {
        var (_, heldOut) = Split(Names);
        var (_, ofMore) = Split([.. Names, .. Names.Select(name => $"{name}.jpg")]);
        Assert.Subset(ofMore.ToHashSet(), heldOut.ToHashSet());
        Assert.Equal(heldOut.Select(Path.GetFileName), Split([.. Names.Select(name => $"/elsewhere/{name}")]).HeldOut.Select(Path.GetFileName));
    }

    [Fact]
    public void An_epoch_goes_on_from_any_place()
    {
        var (training, _) = HeldOutSplit.Of(Source(Names), 0.1);
        DataOrder order = new() { Seed = 5 };
        var whole = training.ReadEpoch(order, new(2, 0)).Select(example => example.Name).ToList();
        Assert.Equal(whole[321..], training.ReadEpoch(order, new(2, 321)).Select(example => example.Name));
    }

    private static (List<string> Training, List<string> HeldOut) Split(string[] names)
    {
        var (training, heldOut) = HeldOutSplit.Of(Source(names), 0.1);
        return (Read(training), Read(heldOut));
    }

    private static List<string> Read(IImageSource source) => [.. source.ReadEpoch(new() { Shuffle = false }, default).Select(example => example.Name)];

    private static ListImageSource Source(string[] names) => new("names", [.. names.Select(name => new RawExample(name, [""], () => []))]);
}
