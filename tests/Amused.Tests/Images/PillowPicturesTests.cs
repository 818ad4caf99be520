using Amused.Images;
using Xunit;

namespace Amused.Tests.Images;

/// <summary>Files of every kind as Pillow reads them: the fixtures of <c>tests/fixtures/imaging</c>.</summary>
public sealed class PillowPicturesTests
{
    private const string Expected = ".expected";

    private static readonly string Folder = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "imaging");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(Folder, "*" + Expected).Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_is_read_to_the_pixels_that_Pillow_reads(string name)
    {
        var answer = RgbImage.Load(Path.Combine(Folder, name));
        var expected = RgbImage.Load(Path.Combine(Folder, name + Expected));
        Assert.Equal((expected.Width, expected.Height), (answer.Width, answer.Height));
        // Lossy formats leave the last bit of their transforms to the decoder's build; all else is exact.
        int tolerance = name.EndsWith(".jpg", StringComparison.Ordinal) || name.Contains("lossy", StringComparison.Ordinal) ? 2 : 0;
        Assert.All(answer.Buffer.Zip(expected.Buffer), pair => Assert.InRange(pair.First - pair.Second, -tolerance, tolerance));
    }
}
