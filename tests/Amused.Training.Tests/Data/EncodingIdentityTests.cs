using Amused.Training.Data;
using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class EncodingIdentityTests
{
    [Fact]
    public void Other_pictures_or_captions_of_the_same_data_set_are_something_else_and_are_named()
    {
        Assert.Null(Difference(new()));
        Assert.Equal("split is test instead of train", Difference(new() { Split = "test" }));
        Assert.Equal("image_column is photo instead of image", Difference(new() { ImageColumn = "photo" }));
        Assert.Equal("captions is FileName instead of Any", Difference(new() { Captions = new() { Place = CaptionPlace.FileName } }));
        Assert.Equal("caption_columns is title,text instead of not given", Difference(new() { Captions = new() { Columns = ["title", "text"] } }));
    }

    private static string? Difference(ImageSourceOptions chosen) => Of(chosen).DifferenceFrom(Of(new()));

    private static EncodingIdentity Of(ImageSourceOptions chosen) => EncodingIdentity.Of("set", chosen, new() { Resolution = 8 }, new(), []);
}
