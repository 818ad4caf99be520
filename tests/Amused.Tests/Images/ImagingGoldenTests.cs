using Amused.Images;
using Amused.Tests.Golden;
using Amused.Weights;
using Xunit;

namespace Amused.Tests.Images;

/// <summary>Pictures that Pillow resized and turned grey, against ours: every figure of <c>imaging.safetensors</c>.</summary>
[Trait("Category", GoldenFolder.Category)]
public sealed class ImagingGoldenTests : IGoldenTests
{
    public static IEnumerable<string> FilesRead => GoldenFolder.Files("imaging.safetensors");

    /// <summary>Every key but the sources: <c>CASE.lanczos</c>, …, <c>CASE.gray</c>.</summary>
    public static TheoryData<string> Keys =>
        [.. FilesRead.SelectMany(_ => Figures.Entries.Keys).Where(key => !key.EndsWith(".source", StringComparison.Ordinal))];

    private static SafetensorsFile Figures => SafetensorsFile.Open(GoldenFolder.PathOf("imaging.safetensors"));

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_picture_is_resized_or_turned_grey_as_by_Pillow(string key)
    {
        string operation = key[(key.IndexOf('.') + 1)..];
        var source = Image(key[..key.IndexOf('.')] + ".source");
        var shape = Figures[key].Shape;
        var answer = operation == "gray"
            ? source.ToGrey().Pixels
            : source.Resize((int)shape[1], (int)shape[0], Enum.Parse<ResampleFilter>(operation, ignoreCase: true)).Pixels;

        var expected = Figures.ReadBytes(key);
        Assert.Equal(expected.Length, answer.Length);
        int furthest = 0;
        for (int i = 0; i < expected.Length; i++)
            furthest = Math.Max(furthest, Math.Abs(expected[i] - answer[i]));
        Assert.InRange(furthest, 0, 1);
    }

    private static RgbImage Image(string key)
    {
        var shape = Figures[key].Shape;
        Assert.Equal(3, shape[2]);
        return new((int)shape[1], (int)shape[0], Figures.ReadBytes(key));
    }
}
