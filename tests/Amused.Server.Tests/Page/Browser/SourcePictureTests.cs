using Amused.Server.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace Amused.Server.Tests.WebPage;

public sealed class SourcePictureTests(BrowserFixture browser) : PageTest(browser)
{
    private ILocator Share => Find("#mask-share");

    [Fact]
    public async Task A_chosen_picture_is_changed_as_a_whole()
    {
        await ChooseFile();
        await Find("#strength").FillAsync("0.4");
        await Generate("a fox", steps: 5);
        Assert.Equal(("img2img", 0.4), await LastMade());
    }

    [Fact]
    public async Task Only_the_painted_places_are_made_anew()
    {
        await ChooseFile();
        await Page.GetByLabel("Only where I paint").CheckAsync();
        await Paint();
        await Generate("a fox");
        Assert.Equal(("inpaint", 1.0), await LastMade());
        // What was not painted is the picture that was sent, to the pixel.
        await Find(".run img").EvaluateAsync("image => image.decode()");
        var differing = await Page.EvaluateAsync<int[]>(
            """
            () => {
              const pixels = image => {
                const context = new OffscreenCanvas(32, 32).getContext('2d');
                context.drawImage(image, 0, 0, 32, 32);
                return context.getImageData(0, 0, 32, 32).data;
              };
              const [before, after] = ['.source-picture img', '.run img'].map(name => pixels(document.querySelector(name)));
              const painted = document.getElementById('mask').getContext('2d').getImageData(0, 0, 32, 32).data;
              const count = [0, 0];
              for (let i = 0; i < before.length; i += 4)
                if (before[i] !== after[i] || before[i + 1] !== after[i + 1]) count[painted[i + 3] > 0 ? 1 : 0]++;
              return count;
            }
            """);
        Assert.Equal(0, differing[0]);
        Assert.True(differing[1] > 0, "the painted places have not changed");
    }

    [Fact]
    public async Task Painting_is_undone_redone_inverted_erased_and_cleared()
    {
        await ChooseFile();
        await Page.GetByLabel("Only where I paint").CheckAsync();
        await Expect(Button("Undo")).ToBeDisabledAsync();
        await Expect(Share).ToHaveTextAsync("0 % painted");
        await Paint();
        var painted = await Percent();
        Assert.InRange(painted, 1, 60);
        await Button("Undo").ClickAsync();
        await Expect(Share).ToHaveTextAsync("0 % painted");
        await Button("Redo").ClickAsync();
        await Expect(Share).ToHaveTextAsync($"{painted} % painted");
        await Button("Invert").ClickAsync();
        await Expect(Share).ToHaveTextAsync($"{100 - painted} % painted");
        await Button("Erase").ClickAsync();
        await Find("#brush-size").FillAsync("16");
        await Paint();
        await Expect(Share).Not.ToHaveTextAsync($"{100 - painted} % painted");
        Assert.True(await Percent() <= 100 - painted);
        await Button("Clear").ClickAsync();
        await Expect(Share).ToHaveTextAsync("0 % painted");
        await Button("Undo").ClickAsync();
        await Expect(Share).Not.ToHaveTextAsync("0 % painted");
    }

    [Fact]
    public async Task The_brush_works_by_the_keyboard()
    {
        await ChooseFile();
        await Page.GetByLabel("Only where I paint").CheckAsync();
        await Find("#mask").FocusAsync();
        await Page.Keyboard.PressAsync("Space");
        var spot = await Percent();
        Assert.True(spot > 0);
        for (var i = 0; i < 6; i++)
            await Page.Keyboard.PressAsync("Shift+ArrowRight");
        Assert.True(await Percent() > spot);
        await Page.Keyboard.PressAsync("Control+z");
        await Expect(Share).ToHaveTextAsync($"{spot} % painted");
        await Page.Keyboard.PressAsync("Control+Shift+Z");
        await Expect(Share).Not.ToHaveTextAsync($"{spot} % painted");
    }

    [Fact]
    public async Task Nothing_painted_is_said_where_one_paints()
    {
        await ChooseFile();
        await Page.GetByLabel("Only where I paint").CheckAsync();
        await Button("Generate").ClickAsync();
        await Expect(Find(".source .field-error")).ToContainTextAsync("Nothing is painted");
        await Expect(Find("#mask")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_result_becomes_the_picture_to_start_from()
    {
        await Generate("a fox");
        await Button("Use this picture").ClickAsync();
        await Expect(Find(".source-picture img")).ToBeVisibleAsync();
        await Expect(Find("#strength-field")).ToBeVisibleAsync();
        await Generate("a hare", steps: 4);
        Assert.Equal("img2img", (await LastMade()).Command);
        await Button("Remove the picture").ClickAsync();
        await Expect(Find("#source-file")).ToBeFocusedAsync();
        await Expect(Find("#strength-field")).ToBeHiddenAsync();
    }

    private async Task ChooseFile()
    {
        await Find("#source-file")
            .SetInputFilesAsync(new FilePayload { Name = "photo.png", MimeType = "image/png", Buffer = Drawings.Png(32, 32) });
        await Expect(Find(".source-picture img")).ToBeVisibleAsync();
    }

    private async Task Paint()
    {
        await Find("#mask").ScrollIntoViewIfNeededAsync();
        var box = (await Find("#mask").BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(box.X + box.Width * 0.2f, box.Y + box.Height * 0.25f);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(box.X + box.Width * 0.7f, box.Y + box.Height * 0.4f, new() { Steps = 6 });
        await Page.Mouse.UpAsync();
        // The share is counted with the next frame.
        await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }

    private async Task<int> Percent()
    {
        await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        return int.Parse((await Share.TextContentAsync())!.Split(' ')[0]);
    }

    private async Task<(string Command, double Strength)> LastMade()
    {
        // The row may follow the picture by a moment.
        var settings = (await Server.Get("api/history"))["data"]![0]!["settings"]!;
        for (var tries = 0; settings["strength"] is null && tries < 500; tries++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            settings = (await Server.Get("api/history"))["data"]![0]!["settings"]!;
        }
        return ((string)settings["command"]!, (double)settings["strength"]!);
    }
}
