using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Amused.Images;
using Amused.Tests;
using Xunit;

namespace Amused.Extensions.AI.Tests.Samples;

public sealed partial class ImagePageTests
{
    [Fact]
    public async Task It_serves_a_page_and_the_picture_that_the_page_asks_for()
    {
        using var sample = new SampleProcess("ImagePage", "--urls", "http://127.0.0.1:0", "--Amused:Model", TinyPipeline.Folder256, "--Amused:Precision", "Float32");
        using var client = new HttpClient { BaseAddress = await Address(sample.Process) };

        var page = await client.GetAsync("/");
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        var form = await page.Content.ReadAsStringAsync();
        Assert.Contains("action=\"/picture\"", form);
        Assert.Equal(["prompt", "seed"], InputName().Matches(form).Select(match => match.Groups[1].Value));

        // As the form sends it when no seed is written.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/picture?prompt=a+fox&seed=")).StatusCode);
        var picture = await client.GetAsync("/picture?prompt=a+fox&seed=7");
        Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
        var png = await picture.Content.ReadAsByteArrayAsync();
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Assert.Equal((32, 32), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        using var pipeline = TinyPipeline.Load256();
        Assert.Equal(pipeline.Generate(new TextToImageRequest("a fox") { Seed = 7 }).Images[0].Picture.Pixels, RgbImage.Load(png, "the picture").Pixels);

        var refused = await client.GetAsync("/picture?prompt=a+fox&seed=seven");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("is not a whole number", await refused.Content.ReadAsStringAsync());

        if (!OperatingSystem.IsWindows())
        {
            using (var stop = Process.Start("kill", ["-TERM", $"{sample.Process.Id}"]))
                await stop.WaitForExitAsync();
            Assert.Equal(0, (await sample.End()).ExitCode);
        }
    }

    [Fact]
    public void It_is_short() => Assert.InRange(SampleProcess.Lines("ImagePage"), 1, 39);

    /// <summary>The address that the server says it listens at, of a port that was free.</summary>
    private static async Task<Uri> Address(Process process)
    {
        var said = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said += $"{line}\n";
            if (Listening().Match(line) is { Success: true } match)
                return new(match.Groups[1].Value);
        }
        throw new InvalidOperationException($"the page ended: {said}");
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex("<input name=\"([^\"]+)\"")]
    private static partial Regex InputName();
}
