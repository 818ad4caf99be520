using Xunit;

namespace Amused.Server.Tests.Pictures;

public sealed class PictureSizesTests
{
    private static readonly ModelFacts model = new(128, 128, 16, 16, 0, new(), Amused.Runtime.Precision.Float32, _ => 0);
    private static readonly ServerLimits limits = new();

    [Theory]
    [InlineData(null, SizePolicy.Exact, "128x128")]
    [InlineData("auto", SizePolicy.Exact, "128x128")]
    [InlineData("128x128", SizePolicy.Exact, "128x128")]
    [InlineData("1536x1024", SizePolicy.Nearest, "128x128")]
    [InlineData("256x64", SizePolicy.Any, "256x64")]
    public void A_size_is_chosen_among_those_that_are_made(string? text, SizePolicy policy, string size) =>
        Assert.Equal(size, PictureSizes.Choose(text, model, policy, limits).ToString());

    [Theory]
    [InlineData("256x256", SizePolicy.Exact, "the model does not make 256x256: the nearest is 128x128")]
    [InlineData("250x256", SizePolicy.Any, "width 250 is not a multiple of 16: the nearest are 240 and 256")]
    [InlineData("8x16", SizePolicy.Any, "width 8 is not a multiple of 16: the nearest is 16")]
    [InlineData("2048x1024", SizePolicy.Any, "a picture of 2048x1024 has 2097152 pixels; this server makes at most 1048576")]
    [InlineData("128", SizePolicy.Nearest, "\"128\" is no size: give auto, or width and height in pixels such as 128x128")]
    [InlineData("0x128", SizePolicy.Nearest, "\"0x128\" is no size: give auto, or width and height in pixels such as 128x128")]
    public void What_is_not_made_is_an_error_that_names_the_nearest(string text, SizePolicy policy, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidRequestException>(() => PictureSizes.Choose(text, model, policy, limits)).Message);

    [Fact]
    public void A_picture_is_scaled_as_the_library_scales_it_and_that_is_said()
    {
        Assert.Equal(new(144, 112, "the picture of 4000x3000 is scaled to 144x112: the model was made for 128x128"),
            PictureSizes.Fit(4000, 3000, model));
        Assert.Null(PictureSizes.Fit(128, 128, model).Notice);
    }

    [Fact]
    public void A_side_beyond_all_sense_is_refused_in_words_that_are_true() => Assert.StartsWith(
        "width 2147483647 is too large",
        Assert.Throws<InvalidRequestException>(() => PictureSizes.Check(int.MaxValue, null, model, limits)).Message);
}
