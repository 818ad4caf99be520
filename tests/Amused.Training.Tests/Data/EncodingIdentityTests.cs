using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class EncodingIdentityTests
{
    [Fact]
    public void Other_pictures_or_captions_of_the_same_data_set_are_something_else_and_are_named()
    {
        Assert.Empty(Difference(new()));
        Assert.Equal("split is test instead of train", Difference(new() { Split = "test" }));
        Assert.Equal("image_column is photo instead of image", Difference(new() { ImageColumn = "photo" }));
        Assert.Equal("captions is FileName instead of Any", Difference(new() { Captions = new() { Place = CaptionPlace.FileName } }));
        Assert.Equal("caption_columns is title,text instead of not given", Difference(new() { Captions = new() { Columns = ["title", "text"] } }));
    }

    [Fact]
    public void Data_in_files_are_told_by_their_content_and_not_by_their_place()
    {
        using TemporaryFolder folder = new();
        folder.Write("a/1.png", [1]);
        folder.Write("b/1.png", [1]);
        folder.Write("c/1.png", [2]);
        string[] hashes = [.. ((string[])["a", "b", "c"]).Select(name => Of(new(), ImageFolder.Open(folder[name])).Content["data"])];
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_no_obstacle()
    {
        using TemporaryFolder folder = new();
        folder.Write("1.png", [1]);
        File.CreateSymbolicLink(folder["2.png"], folder["nowhere.png"]);
        var before = Of(new(), ImageFolder.Open(folder.Path)).Content["data"];
        File.Delete(folder["2.png"]);
        folder.Write("2.png", [2]);
        Assert.NotEqual(before, Of(new(), ImageFolder.Open(folder.Path)).Content["data"]);
    }

    private static string Difference(ImageSourceOptions chosen) => string.Join("; ", Of(chosen).SettingsUnlike(Of(new())));

    private static EncodingIdentity Of(ImageSourceOptions chosen, IImageSource? source = null) =>
        EncodingIdentity.Of(source ?? new ListImageSource("set", [new("1", ["a"], () => [])]), chosen, new() { Resolution = 8 }, new(), []);
}
